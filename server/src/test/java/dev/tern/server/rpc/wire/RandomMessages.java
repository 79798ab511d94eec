package dev.tern.server.rpc.wire;

import java.util.Random;

/** ModelInferRequests on the wire, as odd as the format allows: any order, parts, repetitions, unknown fields. */
final class RandomMessages {
    private static final String[] TEXTS = {
        "", "x", "INPUT0", "FP32", "ranker", "1", "caf\u00e9", "\u4e2d\u6587", "\uD83D\uDE00", "\u0000", "a".repeat(70)
    };
    private static final long[] NUMBERS = {
        0, 1, -1, 2, 127, 128, 300, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final int MAX_KNOWN = 8;
    private static final int DEEP = 100;

    private final Random random;

    RandomMessages(Random random) {
        this.random = random;
    }

    byte[] request() {
        FieldWriter out = new FieldWriter(random);
        for (int number = 1; number <= 3; number++) {
            for (int i = few(); i > 0; i--) {
                out.text(number, text());
            }
        }
        parameters(out, 4);
        for (int i = few(); i > 0; i--) {
            out.bytes(5, input());
        }
        for (int i = few(); i > 0; i--) {
            out.bytes(6, output());
        }
        for (int i = few(); i > 0; i--) {
            out.bytes(7, bytes(random.nextInt(100)));
        }
        unknown(out, 3);
        return out.message();
    }

    private byte[] input() {
        FieldWriter out = new FieldWriter(random);
        out.text(1, text());
        out.text(2, text());
        for (int i = few(); i > 0; i--) {
            if (random.nextBoolean()) {
                out.packed(3, numbers());
            } else {
                out.number(3, number());
            }
        }
        parameters(out, 4);
        for (int i = few() - 1; i > 0; i--) {
            out.bytes(5, contents());
        }
        unknown(out, 2);
        return out.message();
    }

    private byte[] output() {
        FieldWriter out = new FieldWriter(random);
        out.text(1, text());
        parameters(out, 2);
        unknown(out, 2);
        return out.message();
    }

    private byte[] contents() {
        FieldWriter out = new FieldWriter(random);
        for (int i = few(); i > 0; i--) {
            int list = 1 + random.nextInt(5);
            if (random.nextBoolean()) {
                out.packed(list, numbers());
            } else {
                out.number(list, number());
            }
        }
        for (int i = few(); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> out.bytes(6, bytes(4 * random.nextInt(5)));
                case 1 -> out.bytes(7, bytes(8 * random.nextInt(5)));
                case 2 -> out.fixed32(6, random.nextInt());
                case 3 -> out.fixed64(7, random.nextLong());
                default -> out.bytes(8, bytes(random.nextInt(9)));
            }
        }
        unknown(out, 1);
        return out.message();
    }

    private void parameters(FieldWriter out, int number) {
        for (int i = few() - 1; i > 0; i--) {
            FieldWriter entry = new FieldWriter(random);
            for (int j = few(); j > 0; j--) {
                entry.text(1, text());
            }
            for (int j = few(); j > 0; j--) {
                entry.bytes(2, parameter());
            }
            unknown(entry, 1);
            out.bytes(number, entry.message());
        }
    }

    private byte[] parameter() {
        FieldWriter out = new FieldWriter(random);
        for (int i = few(); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> out.number(1, number());
                case 1 -> out.number(2, number());
                case 2 -> out.text(3, text());
                case 3 -> out.fixed64(4, random.nextLong());
                default -> out.number(5, number());
            }
        }
        unknown(out, 1);
        return out.message();
    }

    /** Fields of numbers that are not known, or of a type that the known number does not have. */
    private void unknown(FieldWriter out, int most) {
        for (int i = random.nextInt(2) * random.nextInt(most + 1); i > 0; i--) {
            int number = random.nextBoolean() ? 1 + random.nextInt(MAX_KNOWN) : 9 + random.nextInt(1 << 20);
            switch (random.nextInt(6)) {
                case 0 -> out.fixed32(number, random.nextInt());
                case 1 -> out.fixed64(number, random.nextLong());
                case 2 -> out.number(number + MAX_KNOWN, number());
                case 3 -> out.bytes(number + MAX_KNOWN, bytes(random.nextInt(20)));
                case 4 -> out.group(number, nested(random.nextInt(4)), random.nextInt(20) > 0);
                default -> out.group(number, nested(random.nextInt(40) == 0 ? DEEP - random.nextInt(8) : 1), true);
            }
        }
    }

    /** Groups within groups, {@code depth} of them. */
    private byte[] nested(int depth) {
        byte[] inner = {};
        for (int i = 0; i < depth; i++) {
            FieldWriter out = new FieldWriter(random);
            out.group(1 + random.nextInt(30), inner, true);
            if (random.nextInt(4) == 0) {
                out.number(1 + random.nextInt(30), number());
            }
            inner = out.message();
        }
        return inner;
    }

    private int few() {
        return random.nextInt(4);
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private long number() {
        return random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextInt(100);
    }

    private long[] numbers() {
        return random.longs(random.nextInt(6)).map(unused -> number()).toArray();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
