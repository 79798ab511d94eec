package dev.tern.bench.target;

import com.google.protobuf.WireFormat;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelStreamInferResponse;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;

/** ModelStreamInfer over requests that are already encoded. */
final class StreamMethod {
    private static final int INFER_RESPONSE =
            (ModelStreamInferResponse.INFER_RESPONSE_FIELD_NUMBER << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private StreamMethod() {}

    /** One answer, or why there is none. */
    static final class Answer {
        private static final byte[] NOTHING = {};
        private static final Answer UNREAD = new Answer(NOTHING, "");

        private final byte[] message;
        private final String error;

        private Answer(byte[] message, String error) {
            this.message = message;
            this.error = error;
        }

        /** The encoded ModelInferResponse; empty where answers are not kept. */
        byte[] message() {
            return message;
        }

        /** Empty where there is an answer. */
        String error() {
            return error;
        }
    }

    /** The method; with {@code keepAnswers} each answer's bytes are kept. */
    static MethodDescriptor<byte[], Answer> of(boolean keepAnswers) {
        return GRPCInferenceServiceGrpc.getModelStreamInferMethod().toBuilder(
                        InferMethod.requests(), new Answers(keepAnswers))
                .build();
    }

    private record Answers(boolean keep) implements Marshaller<Answer> {
        @Override
        public InputStream stream(Answer value) {
            throw new UnsupportedOperationException("a client reads answers only");
        }

        @Override
        public Answer parse(InputStream stream) {
            try {
                int first = stream.read();
                // An error would come first, as its field has the lower number.
                if (first == INFER_RESPONSE && !keep) {
                    return Answer.UNREAD;
                }
                InputStream whole = first < 0
                        ? InputStream.nullInputStream()
                        : new SequenceInputStream(new ByteArrayInputStream(new byte[] {(byte) first}), stream);
                ModelStreamInferResponse message = ModelStreamInferResponse.parseFrom(whole);
                return new Answer(
                        keep ? message.getInferResponse().toByteArray() : Answer.NOTHING, message.getErrorMessage());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
