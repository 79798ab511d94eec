package dev.tern.bench.jmh;

import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A message as gRPC hands it over: direct buffers of a frame each. Can be read again after {@link #rewind}. */
final class ReceivedStream extends InputStream implements KnownLength, Detachable, HasByteBuffer {
    /** What an HTTP/2 frame of the default size has room for. */
    private static final int FRAME_BYTES = 16 << 10;

    private final ByteBuffer[] frames;
    private int current;
    private int left;

    ReceivedStream(byte[] message) {
        this.frames = new ByteBuffer[(message.length + FRAME_BYTES - 1) / FRAME_BYTES];
        for (int i = 0; i < frames.length; i++) {
            int length = Math.min(FRAME_BYTES, message.length - i * FRAME_BYTES);
            frames[i] = ByteBuffer.allocateDirect(length)
                    .put(message, i * FRAME_BYTES, length)
                    .flip();
        }
        rewind();
    }

    /** As it came. */
    void rewind() {
        left = 0;
        current = 0;
        for (ByteBuffer each : frames) {
            left += each.rewind().remaining();
        }
    }

    @Override
    public boolean byteBufferSupported() {
        return true;
    }

    @Override
    public @Nullable ByteBuffer getByteBuffer() {
        return current < frames.length ? frames[current].slice() : null;
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    public synchronized void mark(int limit) {}

    @Override
    public long skip(long count) {
        int skipped = (int) Math.min(count, left);
        for (int rest = skipped; rest > 0; ) {
            ByteBuffer frame = frames[current];
            int part = Math.min(rest, frame.remaining());
            rest -= part;
            pass(frame.position(frame.position() + part));
        }
        left -= skipped;
        return skipped;
    }

    private void pass(ByteBuffer frame) {
        current += frame.hasRemaining() ? 0 : 1;
    }

    @Override
    public int available() {
        return left;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) {
        if (left == 0) {
            return -1;
        }
        ByteBuffer frame = frames[current];
        int part = Math.min(length, frame.remaining());
        frame.get(target, from, part);
        left -= part;
        pass(frame);
        return part;
    }

    /** The same bytes: whoever has it reads them elsewhere. */
    @Override
    public InputStream detach() {
        return InputStream.nullInputStream();
    }
}
