package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams end when the server drains, the late ones too, each once. */
class StreamCloserTest {
    private final StreamCloser closer = new StreamCloser();
    private final List<ServerCall<?, ?>> started = new ArrayList<>();

    @Test
    void openStreamsEndOnce() {
        FakeServerCall call = new FakeServerCall(HealthGrpc.getWatchMethod());
        intercept(call);
        closer.closeAll();
        closer.closeAll();
        assertThat(call.ends).containsExactly("UNAVAILABLE: Server exiting");
    }

    @Test
    void aStreamThatComesDuringTheDrainEndsAtOnce() {
        closer.closeAll();
        FakeServerCall call = new FakeServerCall(HealthGrpc.getWatchMethod());
        intercept(call);
        assertThat(call.ends).containsExactly("UNAVAILABLE: Server exiting");
        assertThat(started).isEmpty();
    }

    @Test
    void streamsThatEndedAreForgotten() {
        FakeServerCall completed = new FakeServerCall(HealthGrpc.getWatchMethod());
        intercept(completed).onComplete();
        FakeServerCall cancelled = new FakeServerCall(HealthGrpc.getWatchMethod());
        intercept(cancelled).onCancel();
        closer.closeAll();
        assertThat(completed.ends).isEmpty();
        assertThat(cancelled.ends).isEmpty();
    }

    /** As gRPC does when the service, on another thread, ended the stream a moment before. */
    @Test
    void aStreamThatWasClosedJustBeforeHoldsUpNoOther() {
        FakeServerCall first = new FakeServerCall(HealthGrpc.getWatchMethod());
        FakeServerCall second = new FakeServerCall(HealthGrpc.getWatchMethod());
        intercept(first);
        intercept(second);
        first.close(Status.OK, new Metadata());
        second.close(Status.OK, new Metadata());
        FakeServerCall open = new FakeServerCall(HealthGrpc.getWatchMethod());
        intercept(open);
        closer.closeAll();
        assertThat(open.ends).containsExactly("UNAVAILABLE: Server exiting");
        assertThat(first.ends).containsExactly("OK: null");
        FakeServerCall late = new FakeServerCall(HealthGrpc.getWatchMethod());
        late.close(Status.OK, new Metadata());
        intercept(late);
        assertThat(late.ends).containsExactly("OK: null");
    }

    @Test
    void callsWithOneAnswerAreLeftAlone() {
        FakeServerCall before = new FakeServerCall(HealthGrpc.getCheckMethod());
        intercept(before);
        closer.closeAll();
        FakeServerCall after = new FakeServerCall(HealthGrpc.getCheckMethod());
        intercept(after);
        assertThat(before.ends).isEmpty();
        assertThat(after.ends).isEmpty();
        assertThat(started).containsExactly(before, after);
    }

    private ServerCall.Listener<HealthCheckRequest> intercept(FakeServerCall call) {
        ServerCallHandler<HealthCheckRequest, HealthCheckResponse> handler = (handled, headers) -> {
            started.add(handled);
            return new ServerCall.Listener<>() {};
        };
        return closer.interceptCall(call, new Metadata(), handler);
    }

    /** Remembers how it was closed and, as gRPC's own, takes that once. */
    private static final class FakeServerCall extends ServerCall<HealthCheckRequest, HealthCheckResponse> {
        private final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> method;
        private final List<String> ends = new ArrayList<>();

        FakeServerCall(MethodDescriptor<HealthCheckRequest, HealthCheckResponse> method) {
            this.method = method;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!ends.isEmpty()) {
                throw new IllegalStateException("call already closed");
            }
            ends.add(status.getCode() + ": " + status.getDescription());
        }

        @Override
        public MethodDescriptor<HealthCheckRequest, HealthCheckResponse> getMethodDescriptor() {
            return method;
        }

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(HealthCheckResponse message) {}

        @Override
        public boolean isCancelled() {
            return false;
        }
    }
}
