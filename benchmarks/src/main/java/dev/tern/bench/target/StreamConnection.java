package dev.tern.bench.target;

import dev.tern.bench.target.StreamMethod.Answer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One channel with one ModelStreamInfer call, over which all its requests go; when it ends, the next request opens another
 * one. Requests have no deadline, and one that fails has no status code of its own: it counts as UNKNOWN.
 */
final class StreamConnection implements Endpoint {
    private static final long PAUSE_MILLIS = 10;

    private final ManagedChannel channel;
    private final MethodDescriptor<byte[], Answer> method;
    private final ScheduledExecutorService loops;
    private final Object lock = new Object();
    private @Nullable Stream current;

    StreamConnection(ManagedChannel channel, MethodDescriptor<byte[], Answer> method, ScheduledExecutorService loops) {
        this.channel = channel;
        this.method = method;
        this.loops = loops;
    }

    @Override
    public void send(byte[] request, Completion completion) {
        @Nullable Status ended;
        synchronized (lock) {
            Stream stream = current;
            if (stream == null) {
                stream = new Stream();
                current = stream;
                stream.start();
            }
            ended = stream.send(request, completion);
        }
        if (ended != null) {
            fail(completion, ended);
        }
    }

    private static void fail(Completion completion, Status status) {
        if (status.isOk()) {
            completion.failed(Status.Code.INTERNAL.name(), "the server ended the stream without an answer");
        } else {
            completion.failed(status.getCode().name(), Reason.of(status));
        }
    }

    @Override
    public boolean isUp() {
        return channel.getState(false) == ConnectivityState.READY;
    }

    @Override
    public void afterPause(Runnable task) {
        Future<?> unused = loops.schedule(task, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Answers come on the channel's event loop. */
    private final class Stream extends ClientCall.Listener<Answer> {
        private final ClientCall<byte[], Answer> call = channel.newCall(method, CallOptions.DEFAULT);
        private final Queue<Completion> waiting = new ArrayDeque<>();
        private @Nullable Status end;

        void start() {
            call.start(this, new Metadata());
            call.request(Integer.MAX_VALUE);
        }

        /** How the stream has ended; null if it has not, and the request is on its way. */
        @Nullable
        Status send(byte[] request, Completion completion) {
            if (end == null) {
                waiting.add(completion);
                call.sendMessage(request);
            }
            return end;
        }

        @Override
        public void onMessage(Answer answer) {
            Completion completion;
            synchronized (lock) {
                completion = waiting.poll();
            }
            if (completion == null) {
                call.cancel("more answers than requests", null);
            } else if (answer.error().isEmpty()) {
                completion.answered(answer.message());
            } else {
                completion.failed(Status.Code.UNKNOWN.name(), answer.error());
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            List<Completion> unanswered;
            synchronized (lock) {
                end = status;
                if (current == this) {
                    current = null;
                }
                unanswered = new ArrayList<>(waiting);
                waiting.clear();
            }
            unanswered.forEach(each -> fail(each, status));
        }
    }
}
