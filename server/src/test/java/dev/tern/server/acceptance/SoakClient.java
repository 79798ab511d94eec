package dev.tern.server.acceptance;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.tern.proto.inference.ModelInferResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One caller: asks for one to four rows, checks the answer row by row, asks again, until stopped. */
final class SoakClient implements StreamObserver<ModelInferResponse> {
    private static final int MAX_ROWS = 4;
    private static final double TOLERANCE = 1e-5;
    private static final int DEADLINE_SECONDS = 30;

    private final GRPCInferenceServiceStub stub;
    private final RankerRows rows;
    private final Random random;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile String problem = "";
    private volatile long answers;
    private int[] asked = {};
    private int replies;

    SoakClient(Channel channel, RankerRows rows, long seed) {
        this.stub = GRPCInferenceServiceGrpc.newStub(channel);
        this.rows = rows;
        this.random = new Random(seed);
    }

    void send() {
        asked = random.ints(1 + random.nextInt(MAX_ROWS), 0, rows.count()).toArray();
        replies = 0;
        stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).modelInfer(rows.request(asked), this);
    }

    @Override
    public void onNext(ModelInferResponse response) {
        replies++;
        FloatBuffer scores = response.getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        if (scores.remaining() != asked.length) {
            problem = asked.length + " rows asked for, " + scores.remaining() + " answered";
            return;
        }
        for (int i = 0; i < asked.length; i++) {
            // Written so that NaN is a problem, too.
            if (!(Math.abs(scores.get(i) - rows.expected(asked[i])) <= TOLERANCE)) {
                problem =
                        "row " + asked[i] + " is " + scores.get(i) + ", a direct run gives " + rows.expected(asked[i]);
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        problem = String.valueOf(error);
        ended.countDown();
    }

    // Calls follow one another, so that no two threads are here at once.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    @Override
    public void onCompleted() {
        if (replies != 1) {
            problem = replies + " answers to one request";
        }
        answers++;
        if (stopping || !problem.isEmpty()) {
            ended.countDown();
        } else {
            send();
        }
    }

    /** Sends nothing more after the answer that is awaited. */
    void stop() {
        stopping = true;
    }

    /** Waits for the last answer; false if it does not come. */
    boolean awaitEnd() throws InterruptedException {
        return ended.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** The first thing that was wrong; empty if nothing was. */
    String problem() {
        return problem;
    }

    long answers() {
        return answers;
    }
}
