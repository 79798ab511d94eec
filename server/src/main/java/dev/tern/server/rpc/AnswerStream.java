package dev.tern.server.rpc;

import dev.tern.server.rpc.wire.InferAnswer;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** An answer as gRPC takes it: of known length, and written at once to a buffer of that size. */
final class AnswerStream extends InputStream implements KnownLength, Drainable {
    private final InferAnswer answer;
    private boolean drained;

    /** For those that read rather than drain. */
    private @Nullable ByteArrayInputStream copy;

    AnswerStream(InferAnswer answer) {
        this.answer = answer;
    }

    @Override
    public int available() {
        if (copy != null) {
            return copy.available();
        }
        return drained ? 0 : answer.size();
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        int left = available();
        if (copy != null) {
            long unused = copy.transferTo(target);
        } else if (!drained) {
            drained = true;
            answer.writeTo(target);
        }
        return left;
    }

    @Override
    public int read() throws IOException {
        return copy().read();
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        return copy().read(target, from, length);
    }

    private ByteArrayInputStream copy() throws IOException {
        if (copy == null) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(available());
            int unused = drainTo(bytes);
            copy = new ByteArrayInputStream(bytes.toByteArray());
        }
        return copy;
    }
}
