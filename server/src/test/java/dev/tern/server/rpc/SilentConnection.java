package dev.tern.server.rpc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/** An HTTP/2 connection, by hand, of a client that says nothing of itself: no request, no answer to a ping, no end. */
final class SilentConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int ACK = 1;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] TOKEN = "tern-png".getBytes(US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private SilentConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Connects and returns when the server has taken the connection for HTTP/2. */
    static SilentConnection to(int port) throws IOException {
        SilentConnection connection = new SilentConnection(new Socket(InetAddress.getLoopbackAddress(), port));
        connection.out.write(PREFACE);
        connection.send(SETTINGS);
        connection.awaitAck(SETTINGS);
        return connection;
    }

    /** Breaks the silence with a ping and waits for its answer; an {@link IOException} when the connection has ended. */
    void ping() throws IOException {
        send(PING, TOKEN);
        byte[] echo = awaitAck(PING);
        if (!Arrays.equals(echo, TOKEN)) {
            throw new IOException("the answer to a ping holds " + Arrays.toString(echo));
        }
    }

    /** One frame of the connection's own stream, without flags. */
    private void send(int type, byte... payload) throws IOException {
        byte[] frame = Arrays.copyOf(new byte[] {0, 0, (byte) payload.length, (byte) type}, 9 + payload.length);
        System.arraycopy(payload, 0, frame, 9, payload.length);
        out.write(frame);
    }

    /** Reads over whatever else the server sends. */
    private byte[] awaitAck(int wanted) throws IOException {
        while (true) {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            in.readInt();
            byte[] payload = new byte[length];
            in.readFully(payload);
            if (type == wanted && (flags & ACK) != 0) {
                return payload;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
