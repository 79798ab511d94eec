package dev.tern.bench.faults;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Has a Redis on the loopback interface do something, over a connection of its own; what it answers is of no interest. */
final class RedisCommands {
    private static final int PATIENCE_MILLIS = 10_000;

    private RedisCommands() {}

    /**
     * Sends commands one after the other over one connection; blocks.
     *
     * @throws IOException when it refuses one, whose text is in the message, or cannot be reached
     */
    @SafeVarargs
    static void send(int port, List<String>... commands) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (List<String> each : commands) {
                out.write(encoded(each));
                String answer = line(in);
                if (answer.startsWith("-")) {
                    throw new IOException("Redis refuses " + each.get(0) + ": " + answer.substring(1));
                }
            }
        }
    }

    /** In Redis' protocol: an array of strings. */
    private static byte[] encoded(List<String> command) {
        StringBuilder text = new StringBuilder("*" + command.size() + "\r\n");
        for (String part : command) {
            text.append('$').append(part.length()).append("\r\n").append(part).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The answer, which is one line: no command here is answered with more. */
    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
