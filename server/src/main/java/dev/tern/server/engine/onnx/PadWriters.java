package dev.tern.server.engine.onnx;

import dev.tern.server.engine.EngineException;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/** What a {@link PaddedWalk} does to fill an input: the requests' elements, filled up. */
final class PadWriters {
    private static final int PATTERN_ELEMENTS = 256;

    private PadWriters() {}

    /** Many elements of one value, to be put in large pieces. */
    static byte[] pattern(long bits, int elementSize) {
        byte[] pattern = new byte[PATTERN_ELEMENTS * elementSize];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = (byte) (bits >>> (Byte.SIZE * (i % elementSize)));
        }
        return pattern;
    }

    /** Writes {@code data} to {@code buffer}'s position on, filled up with {@code padding}. */
    static PaddedWalk.Visitor bytes(Payload data, ByteBuffer buffer, byte[] padding, int elementSize) {
        return new PaddedWalk.Visitor() {
            private long from;

            @Override
            public void own(int elements) {
                int bytes = elements * elementSize;
                data.copyTo(from, buffer.limit(buffer.position() + bytes));
                from += bytes;
            }

            @Override
            public void padding(int elements) {
                fill(buffer, padding, elements * elementSize);
            }
        };
    }

    /** Writes {@code own} for every element that is there and {@code padding} for the others. */
    static PaddedWalk.Visitor mask(ByteBuffer buffer, byte[] own, byte[] padding, int elementSize) {
        return new PaddedWalk.Visitor() {
            @Override
            public void own(int elements) {
                fill(buffer, own, elements * elementSize);
            }

            @Override
            public void padding(int elements) {
                fill(buffer, padding, elements * elementSize);
            }
        };
    }

    /** Adds the texts of {@code tensor} to {@code all}, filled up with empty ones. */
    static PaddedWalk.Visitor texts(Tensor tensor, List<String> all) throws EngineException {
        List<String> texts = Gather.decode(tensor);
        return new PaddedWalk.Visitor() {
            private int from;

            @Override
            public void own(int elements) {
                all.addAll(texts.subList(from, from + elements));
                from += elements;
            }

            @Override
            public void padding(int elements) {
                for (int i = 0; i < elements; i++) {
                    all.add("");
                }
            }
        };
    }

    private static void fill(ByteBuffer buffer, byte[] pattern, int bytes) {
        buffer.limit(buffer.position() + bytes);
        for (int left = bytes; left > 0; left -= pattern.length) {
            buffer.put(pattern, 0, Math.min(left, pattern.length));
        }
    }
}
