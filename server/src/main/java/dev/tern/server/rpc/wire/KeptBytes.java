package dev.tern.server.rpc.wire;

import dev.tern.server.tensor.ByteSink;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A message's bytes where the network has put them, for as long as somebody holds a reference. */
final class KeptBytes {
    private final Pieces pieces;
    private final Closeable memory;
    private final AtomicInteger references = new AtomicInteger(1);

    /** With one reference, the caller's; {@code memory} is closed with the last. */
    KeptBytes(Pieces pieces, Closeable memory) {
        this.pieces = pieces;
        this.memory = memory;
    }

    void retain(int more) {
        if (references.getAndAdd(more) <= 0) {
            references.getAndAdd(-more);
            throw new IllegalStateException("a message's bytes retained after their last release");
        }
    }

    void release() {
        int left = references.decrementAndGet();
        if (left == 0) {
            close();
        } else if (left < 0) {
            throw new IllegalStateException("a message's bytes released more often than retained");
        }
    }

    private void close() {
        try {
            memory.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a message's bytes cannot be given back", e);
        }
    }

    void copyTo(int from, ByteBuffer dst) {
        requireHeld();
        pieces.copyTo(from, dst);
    }

    void show(int from, int length, ByteSink sink) {
        requireHeld();
        pieces.show(from, length, sink);
    }

    /** The buffers cannot tell: their memory may be another request's by now. */
    private void requireHeld() {
        if (references.get() <= 0) {
            throw new IllegalStateException("a message's bytes read after their last release");
        }
    }
}
