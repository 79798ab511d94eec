package dev.tern.server.cache.redis;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Redis' protocol by hand, so that tests look at Redis with other eyes than the server's. */
final class RawRedis implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final DataInputStream in;

    private RawRedis(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    static RawRedis connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new RawRedis(socket);
    }

    /** The reply to a command: text, number, bytes, a list of those, or null. */
    @Nullable
    Object call(Object... parts) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(ascii("*" + parts.length + "\r\n"));
        for (Object part : parts) {
            byte[] bytes = part instanceof byte[] raw ? raw : ascii(part.toString());
            out.write(ascii("$" + bytes.length + "\r\n"));
            out.write(bytes);
            out.write(ascii("\r\n"));
        }
        out.flush();
        return reply();
    }

    byte[] get(byte[] key) throws IOException {
        return (byte[]) Objects.requireNonNull(call("GET", key));
    }

    long number(Object... parts) throws IOException {
        return (Long) Objects.requireNonNull(call(parts));
    }

    String text(Object... parts) throws IOException {
        return new String((byte[]) Objects.requireNonNull(call(parts)), StandardCharsets.UTF_8);
    }

    /** A list's elements as text. */
    List<String> texts(Object... parts) throws IOException {
        return ((List<?>) Objects.requireNonNull(call(parts)))
                .stream()
                        .map(each -> each instanceof byte[] bytes
                                ? new String(bytes, StandardCharsets.UTF_8)
                                : String.valueOf(each))
                        .toList();
    }

    private @Nullable Object reply() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> list(Integer.parseInt(rest));
            default -> throw new IOException(line);
        };
    }

    private byte @Nullable [] bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        in.skipNBytes(2);
        return bytes;
    }

    private List<@Nullable Object> list(int length) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            list.add(reply());
        }
        return list;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\r'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
