package dev.tern.server.rpc.wire;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** Damages messages. */
final class Mutation {
    private Mutation() {}

    /** {@code message} after one to three small accidents. */
    static byte[] of(byte[] message, Random random) {
        byte[] damaged = message;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            damaged = once(damaged, random);
        }
        return damaged;
    }

    private static byte[] once(byte[] message, Random random) {
        int at = random.nextInt(message.length + 1);
        int other = Math.min(message.length, at + random.nextInt(4));
        byte[] noise = new byte[random.nextInt(4)];
        random.nextBytes(noise);
        return switch (random.nextInt(6)) {
            case 0 -> flipped(message, at, random);
            case 1 -> spliced(message, at, noise, message.length);
            case 2 -> spliced(message, at, noise, at);
            case 3 -> spliced(message, at, new byte[0], other);
            case 4 -> spliced(message, at, noise, other);
            default -> spliced(message, other, new byte[0], at);
        };
    }

    private static byte[] flipped(byte[] message, int at, Random random) {
        byte[] damaged = message.clone();
        if (at < damaged.length) {
            damaged[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return damaged;
    }

    /** What comes before {@code from}, then {@code between}, then what comes from {@code to} on. */
    private static byte[] spliced(byte[] message, int from, byte[] between, int to) {
        ByteArrayOutputStream spliced = new ByteArrayOutputStream();
        spliced.write(message, 0, from);
        spliced.writeBytes(between);
        spliced.write(message, to, message.length - to);
        return spliced.toByteArray();
    }
}
