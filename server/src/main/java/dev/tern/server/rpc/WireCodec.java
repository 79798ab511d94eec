package dev.tern.server.rpc;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.rpc.wire.InferMessage;
import dev.tern.server.rpc.wire.Names;
import dev.tern.server.rpc.wire.Pieces;
import dev.tern.server.rpc.wire.WireAnswer;
import dev.tern.server.rpc.wire.WireException;
import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests where the network has put them, and writes answers from where the model has put them.
 *
 * <p>Small raw contents are copied once, into an array of their size: that is less garbage than what keeping takes, and
 * holds no receive buffer. Larger ones stay in the network's buffers until the request is answered, or are copied to
 * pooled memory if they came in pieces that gRPC gives no view of; when those that wait hold too much already, they are
 * copied, too.
 */
public final class WireCodec implements InferCodec {
    /** Up to here contents are copied; messages of no more than this are read where the last one was. */
    static final int COPIED_BYTES = 1024;

    /** One part in so many of the memory that the network's buffers may take may be kept by requests. */
    private static final int KEPT_PART = 4;

    private final ThreadLocal<Pieces> small = ThreadLocal.withInitial(() -> Pieces.reusable(COPIED_BYTES));
    private final Names names = new Names();
    private final KeepBudget budget;

    public WireCodec() {
        this(new KeepBudget(PlatformDependent.maxDirectMemory() / KEPT_PART));
    }

    WireCodec(KeepBudget budget) {
        this.budget = budget;
    }

    @Override
    public @Nullable InferMessage read(InputStream in) {
        try {
            int length = in instanceof KnownLength ? in.available() : Integer.MAX_VALUE;
            if (length <= COPIED_BYTES) {
                return readSmall(in, length);
            }
            if (canKeep(in)) {
                return readPieces(in);
            }
            return in instanceof KnownLength ? readPooled(in, length) : readArray(in);
        } catch (WireException | IOException e) {
            return null;
        }
    }

    @Override
    public InferAnswer write(String model, long version, String id, InferenceResponse response) {
        return WireAnswer.of(model, version, id, response);
    }

    @Override
    public InferAnswer writeStreamed(String model, long version, String id, InferenceResponse response) {
        return WireAnswer.streamed(model, version, id, response);
    }

    @Override
    public InferAnswer writeError(String model, long version, String id, String error) {
        return WireAnswer.error(model, version, id, error);
    }

    /** Not so where a message was compressed, or came in pieces so small that gRPC has joined them. */
    private static boolean canKeep(InputStream in) {
        return in instanceof Detachable
                && in instanceof HasByteBuffer pieces
                && pieces.byteBufferSupported()
                && in.markSupported();
    }

    private InferMessage readSmall(InputStream in, int length) throws IOException, WireException {
        Pieces pieces = small.get();
        pieces.refill(in, length);
        InferMessage message = InferMessage.read(pieces, names);
        message.copy(pieces);
        return message;
    }

    /**
     * Into memory of Netty's pool, which is used again up to its chunk size of 4 MiB: in arrays of their own such
     * messages made 430 to 930 KB of garbage a request.
     */
    private InferMessage readPooled(InputStream in, int length) throws IOException, WireException {
        ByteBuf memory = PooledByteBufAllocator.DEFAULT.heapBuffer(length, length);
        try {
            if (in.readNBytes(memory.array(), memory.arrayOffset(), length) != length) {
                throw new EOFException("the message's stream ends before its bytes do");
            }
            Pieces pieces = Pieces.of(ByteBuffer.wrap(memory.array(), memory.arrayOffset(), length));
            InferMessage message = InferMessage.read(pieces, names);
            message.keep(pieces, memory.retain()::release);
            return message;
        } finally {
            memory.release();
        }
    }

    private InferMessage readArray(InputStream in) throws IOException, WireException {
        byte[] bytes = in.readAllBytes();
        InferMessage message = InferMessage.read(Pieces.of(ByteBuffer.wrap(bytes)), names);
        message.own(bytes);
        return message;
    }

    private InferMessage readPieces(InputStream in) throws IOException, WireException {
        Pieces pieces = pieces(in, (HasByteBuffer) in);
        InferMessage message = InferMessage.read(pieces, names);
        long charge = KeepBudget.charge(pieces.size(), pieces.count());
        if (message.rawBytes() <= COPIED_BYTES || !budget.take(charge)) {
            message.copy(pieces);
        } else {
            message.keep(pieces, new Kept(((Detachable) in).detach(), budget, charge));
        }
        return message;
    }

    /** What {@code in} has, and still has afterwards. */
    private static Pieces pieces(InputStream in, HasByteBuffer current) throws IOException {
        int left = in.available();
        ByteBuffer first = current.getByteBuffer();
        if (first != null && first.remaining() == left) {
            return Pieces.of(first);
        }
        // Without a mark what is skipped would be freed.
        in.mark(left);
        List<ByteBuffer> pieces = new ArrayList<>(left / KeepBudget.FRAME_BYTES + 2);
        while (left > 0) {
            ByteBuffer piece = current.getByteBuffer();
            // Skipping none of an empty piece goes on to the next one.
            if (piece == null || in.skip(piece.remaining()) != piece.remaining()) {
                throw new IOException("the message's stream ends before its bytes do");
            }
            pieces.add(piece);
            left -= piece.remaining();
        }
        return Pieces.of(pieces);
    }

    private record Kept(InputStream stream, KeepBudget budget, long charge) implements Closeable {
        @Override
        public void close() throws IOException {
            budget.giveBack(charge);
            stream.close();
        }
    }
}
