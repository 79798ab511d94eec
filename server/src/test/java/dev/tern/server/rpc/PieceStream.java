package dev.tern.server.rpc;

import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message in pieces, as gRPC hands over what lies in Netty's buffers. Its memory is overwritten when it is closed. */
final class PieceStream extends InputStream implements KnownLength, Detachable, HasByteBuffer {
    private List<ByteBuffer> pieces = new ArrayList<>();
    private boolean byteBuffers = true;
    private int current;
    private int closed;
    private boolean marked;
    private @Nullable PieceStream detached;

    PieceStream(byte[] message, int pieceBytes) {
        for (int from = 0; from < message.length; from += pieceBytes) {
            int length = Math.min(pieceBytes, message.length - from);
            pieces.add(
                    ByteBuffer.allocateDirect(length).put(message, from, length).flip());
        }
    }

    private PieceStream(List<ByteBuffer> pieces, boolean marked) {
        this.pieces = pieces;
        this.marked = marked;
    }

    /** A stream that can be read only. */
    PieceStream withoutByteBuffers() {
        byteBuffers = false;
        return this;
    }

    @Override
    public boolean byteBufferSupported() {
        return byteBuffers;
    }

    @Override
    public @Nullable ByteBuffer getByteBuffer() {
        return current < pieces.size() ? pieces.get(current).asReadOnlyBuffer().slice() : null;
    }

    @Override
    public InputStream detach() {
        detached = new PieceStream(pieces, marked);
        pieces = new ArrayList<>();
        current = 0;
        return detached;
    }

    /** What was detached of it. */
    @Nullable
    PieceStream detached() {
        return detached;
    }

    /** How often it was closed. */
    int closed() {
        return closed;
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    public synchronized void mark(int limit) {
        marked = true;
    }

    @Override
    public int available() {
        return pieces.stream().mapToInt(ByteBuffer::remaining).sum();
    }

    @Override
    public long skip(long count) {
        long left = count;
        while (current < pieces.size() && left >= pieces.get(current).remaining()) {
            ByteBuffer passed = pieces.get(current++);
            left -= passed.remaining();
            passed.position(passed.limit());
            if (!marked) {
                overwrite(passed);
            }
        }
        return count - left;
    }

    @Override
    public int read() {
        while (current < pieces.size() && !pieces.get(current).hasRemaining()) {
            current++;
        }
        return current < pieces.size() ? pieces.get(current).get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) {
        int count = 0;
        while (count < length) {
            int each = read();
            if (each < 0) {
                return count == 0 ? -1 : count;
            }
            target[from + count++] = (byte) each;
        }
        return count;
    }

    @Override
    public void close() {
        closed++;
        pieces.forEach(PieceStream::overwrite);
    }

    private static void overwrite(ByteBuffer memory) {
        memory.clear();
        while (memory.hasRemaining()) {
            memory.put((byte) 0xee);
        }
    }
}
