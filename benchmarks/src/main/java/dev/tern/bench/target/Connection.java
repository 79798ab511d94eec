package dev.tern.bench.target;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One channel, which is one HTTP/2 connection; answers are told on its event loop. */
final class Connection implements Endpoint {
    private static final long PAUSE_MILLIS = 10;

    private final ManagedChannel channel;
    private final MethodDescriptor<byte[], byte[]> method;
    private final Duration timeout;
    private final ScheduledExecutorService loops;

    /** With a timeout of zero, requests have no deadline. */
    Connection(
            ManagedChannel channel,
            MethodDescriptor<byte[], byte[]> method,
            Duration timeout,
            ScheduledExecutorService loops) {
        this.channel = channel;
        this.method = method;
        this.timeout = timeout;
        this.loops = loops;
    }

    @Override
    public void send(byte[] request, Completion completion) {
        ClientCall<byte[], byte[]> call = channel.newCall(method, options());
        call.start(new Exchange(call, completion), new Metadata());
        // Two, though one is right: gRPC delivers no more than is asked for, and a second answer must be seen.
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }

    @Override
    public boolean isUp() {
        return channel.getState(false) == ConnectivityState.READY;
    }

    @Override
    public void afterPause(Runnable task) {
        Future<?> unused = loops.schedule(task, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private CallOptions options() {
        return timeout.isZero()
                ? CallOptions.DEFAULT
                : CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static final class Exchange extends ClientCall.Listener<byte[]> {
        private final ClientCall<?, ?> call;
        private final Completion completion;
        private byte @Nullable [] answer;
        private boolean answeredTwice;

        Exchange(ClientCall<?, ?> call, Completion completion) {
            this.call = call;
            this.completion = completion;
        }

        @Override
        public void onMessage(byte[] message) {
            if (answer == null) {
                answer = message;
            } else {
                answeredTwice = true;
                call.cancel("answered more than once", null);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (answeredTwice) {
                completion.failed(Status.Code.INTERNAL.name(), "the server answered the call more than once");
            } else if (!status.isOk()) {
                completion.failed(status.getCode().name(), Reason.of(status));
            } else if (answer == null) {
                completion.failed(Status.Code.INTERNAL.name(), "the server ended the call without an answer");
            } else {
                completion.answered(answer);
            }
        }
    }
}
