package dev.tern.server.cache.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A way to Redis that does to its replies what a test says. */
final class RedisProxy implements AutoCloseable {
    static final long DELAY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int CHUNK = 1 << 16;

    private final int target;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Mode mode = Mode.PASS;

    /** What happens to replies. */
    enum Mode {
        PASS,
        /** They come two seconds late. */
        DELAY,
        /** They do not come until the mode changes. */
        HOLD,
        /** Half of what Redis sends comes, then the connection ends. */
        CUT,
        /** As many bytes come, but others. */
        RUBBISH
    }

    /** @param target Redis' port */
    RedisProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Threads.named("proxy").newThread(this::accept).start();
    }

    RedisAddress address() {
        return RedisAddress.parse("redis://127.0.0.1:" + server.getLocalPort()).orElseThrow();
    }

    void set(Mode newMode) {
        mode = newMode;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // Closed, or Redis is not there: nothing to pass on.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(redis);
        Threads.named("proxy-up").newThread(() -> copy(client, redis, false)).start();
        Threads.named("proxy-down").newThread(() -> copy(redis, client, true)).start();
    }

    private void copy(Socket from, Socket to, boolean replies) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            Random random = new Random(1);
            byte[] chunk = new byte[CHUNK];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                Mode now = replies ? mode : Mode.PASS;
                pause(now);
                if (now == Mode.RUBBISH) {
                    random.nextBytes(chunk);
                }
                out.write(chunk, 0, now == Mode.CUT ? length / 2 : length);
                if (now == Mode.CUT) {
                    return;
                }
            }
        } catch (IOException e) {
            // One side has gone; closing the other is all there is to do.
        }
    }

    private void pause(Mode now) {
        if (now == Mode.DELAY) {
            long end = System.nanoTime() + DELAY_NANOS;
            while (System.nanoTime() - end < 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        while (now == Mode.HOLD && mode == Mode.HOLD && !server.isClosed()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
