package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/** The one place where a failure becomes a gRPC status. */
final class StatusMapping {
    /** Clients take 8 KiB of trailers by default and see a broken call beyond; a name in a message can be any length. */
    private static final int MAX_ENCODED_BYTES = 4096;

    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private static final String CUT = "...";

    private StatusMapping() {}

    static StatusRuntimeException toStatus(Failure failure) {
        Status status = code(failure.kind()).toStatus().withDescription(shortened(failure.message()));
        boolean hint = failure.retryAfterMillis() != Failure.NO_HINT;
        return new Answer(status, hint ? pushback(failure.retryAfterMillis()) : null);
    }

    /** Says nothing of where it was made: under overload most answers are refusals, and walking the stack costs most. */
    private static final class Answer extends StatusRuntimeException {
        private static final long serialVersionUID = 1;

        Answer(Status status, @Nullable Metadata trailers) {
            super(status, trailers);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** After how long a client with a retry policy is to try again, as gRPC's retry design (A6) has it. */
    private static Metadata pushback(long millis) {
        Metadata trailers = new Metadata();
        trailers.put(PUSHBACK, Long.toString(millis));
        return trailers;
    }

    /** As much of {@code message} as trailers have room for. */
    static String shortened(String message) {
        int encoded = 0;
        for (int i = 0; i < message.length(); i = message.offsetByCodePoints(i, 1)) {
            encoded += encodedBytes(message.codePointAt(i));
            if (encoded > MAX_ENCODED_BYTES) {
                return message.substring(0, i) + CUT;
            }
        }
        return message;
    }

    /** What gRPC makes of a character: itself if it is printable ASCII, else three bytes for each of its UTF-8. */
    private static int encodedBytes(int character) {
        if (character >= ' ' && character <= '~' && character != '%') {
            return 1;
        }
        return 3 * (character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4);
    }

    private static Status.Code code(Failure.Kind kind) {
        return switch (kind) {
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case UNIMPLEMENTED -> Status.Code.UNIMPLEMENTED;
            case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
            case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
            case CANCELLED -> Status.Code.CANCELLED;
            case INTERNAL -> Status.Code.INTERNAL;
        };
    }
}
