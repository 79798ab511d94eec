package dev.tern.bench.target;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import io.grpc.Drainable;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** ModelInfer over bytes that are already encoded, so that the generator spends its time on sending. */
final class InferMethod {
    private static final byte[] NOTHING = {};

    private InferMethod() {}

    /** Keeps each answer's bytes. */
    static MethodDescriptor<byte[], byte[]> keepingAnswers() {
        return method(new Encoded() {
            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    /** Leaves each answer unread. */
    static MethodDescriptor<byte[], byte[]> discardingAnswers() {
        return method(new Encoded() {
            @Override
            public byte[] parse(InputStream stream) {
                return NOTHING;
            }
        });
    }

    /** Writes requests, which are encoded. */
    static Marshaller<byte[]> requests() {
        return new Encoded() {
            @Override
            public byte[] parse(InputStream stream) {
                throw new UnsupportedOperationException("a client writes requests only");
            }
        };
    }

    private static MethodDescriptor<byte[], byte[]> method(Encoded answers) {
        return GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder(answers, answers)
                .build();
    }

    private abstract static class Encoded implements Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] encoded) {
            return new WholeArray(encoded);
        }
    }

    /** Written to the wire in one copy, of a length that gRPC knows beforehand. */
    private static final class WholeArray extends ByteArrayInputStream implements Drainable {
        WholeArray(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = count - pos;
            target.write(buf, pos, length);
            pos = count;
            return length;
        }
    }
}
