package dev.tern.server.tensor;

import java.nio.ByteBuffer;

/** Is shown a payload's bytes where they lie, piece by piece and in order; keeps none of the memory it is shown. */
public interface ByteSink {
    /** The {@code length} bytes of {@code bytes} from {@code from} on. */
    void bytes(byte[] bytes, int from, int length);

    /**
     * The {@code length} bytes of {@code bytes} from the index {@code from} on; position, limit and order are no concern
     * of it and stay as they are.
     */
    void bytes(ByteBuffer bytes, int from, int length);
}
