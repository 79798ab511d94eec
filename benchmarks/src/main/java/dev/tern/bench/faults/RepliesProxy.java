package dev.tern.bench.faults;

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

/** A way to a Redis: requests pass, replies suffer the fault that it is told. Two threads for each connection. */
final class RepliesProxy implements AutoCloseable {
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int CHUNK = 1 << 16;
    private static final int BACKLOG = 50;

    private final int redis;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Fault fault = Fault.NONE;

    /** @param redis the port of the loopback interface that requests go on to */
    RepliesProxy(int redis) throws IOException {
        this.redis = redis;
        this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        begin(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** From the next reply on. Any thread. */
    void suffer(Fault next) {
        fault = next;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // Closed, or Redis is not there: there is nothing to go on to.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        try {
            Socket onwards = new Socket(InetAddress.getLoopbackAddress(), redis);
            sockets.add(onwards);
            client.setTcpNoDelay(true);
            onwards.setTcpNoDelay(true);
            begin(() -> copy(client, onwards, false));
            begin(() -> copy(onwards, client, true));
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    private void copy(Socket from, Socket to, boolean replies) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            Random random = new Random(1);
            byte[] chunk = new byte[CHUNK];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                Fault now = replies ? fault : Fault.NONE;
                if (now == Fault.SLOW) {
                    LockSupport.parkNanos(LATE_NANOS);
                } else if (now == Fault.RUBBISH) {
                    random.nextBytes(chunk);
                } else if (now == Fault.CUT) {
                    out.write(chunk, 0, length / 2);
                    return;
                }
                out.write(chunk, 0, length);
            }
        } catch (IOException e) {
            // One side has gone; the other is closed with it.
        }
    }

    private static void begin(Runnable work) {
        Thread thread = new Thread(work, "tern-bench-redis-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket each : sockets) {
            each.close();
        }
    }
}
