package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelStreamInferResponse;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.Predictor;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.NoLeaks;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** ModelStreamInfer: order, errors, the two ends of a stream, and what is taken of a client that does not read. */
@Tag("protocol")
class StreamTest {
    private static final Refused OK = new Refused(Status.Code.OK, "null");
    private static final String FINAL = "triton_final_response";

    /** Bytes; of a hundred of them, most wait at the server while their client does not read. */
    private static final int LARGE_ANSWER = 64 << 10;

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private final HeldReplies held = new HeldReplies();

    private static ModelInferRequest request(String id, long value) {
        return GatedServer.request(value).toBuilder().setId(id).build();
    }

    private static ModelInferRequest[] requests(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> request(Integer.toString(i), i))
                .toArray(ModelInferRequest[]::new);
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static InferParameter yes() {
        return InferParameter.newBuilder().setBoolParam(true).build();
    }

    private static ModelStreamInferResponse refusal(String message, String model, String version, String id) {
        return ModelStreamInferResponse.newBuilder()
                .setErrorMessage(message)
                .setInferResponse(ModelInferResponse.newBuilder()
                        .setModelName(model)
                        .setModelVersion(version)
                        .setId(id)
                        .putParameters(FINAL, yes()))
                .build();
    }

    @Test
    void anAnswerIsThatOfModelInferAndSaysThatItIsTheLast() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            server.letRun(2);
            ModelInferResponse unary = server.stub().modelInfer(request("7", 40));
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(request("7", 40)).reading(1);
            assertThat(stream.next())
                    .isEqualTo(ModelStreamInferResponse.newBuilder()
                            .setInferResponse(unary.toBuilder().putParameters(FINAL, yes()))
                            .build());
            stream.halfClose();
            assertThat(stream.end()).isEqualTo(OK);
            assertThat(server.outcomes()).containsExactly("OK", "OK");
        }
    }

    @Test
    void answersComeInTheOrderOfTheRequests() throws Exception {
        try (GatedServer server = GatedServer.answering(directory, held)) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(requests(3)).reading(3);
            held.await(3);
            held.answer("2");
            held.fail("1", Failure.of(Kind.RESOURCE_EXHAUSTED, "too much"));
            assertThat(server.inFlight()).isEqualTo(1);
            // Whatever the event loop had to write for these two is written by then.
            assertThat(server.stub()
                            .serverLive(ServerLiveRequest.getDefaultInstance())
                            .getLive())
                    .isTrue();
            assertThat(stream.unseen()).as("answers ahead of the first").isZero();
            held.answer("0");
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("0");
            assertThat(stream.next()).isEqualTo(refusal("too much", "gated", "1", "1"));
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("2");
            stream.halfClose();
            assertThat(stream.end()).isEqualTo(OK);
        }
    }

    @Test
    void aRequestThatFailsLeavesTheStreamOpen() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            server.letRun(1);
            ModelInferRequest unknown = Requests.to("nobody").setId("a").build();
            ModelInferRequest malformed =
                    request("c", 1).toBuilder().putParameters("priority", yes()).build();
            OpenStream<ModelInferRequest> stream = OpenStream.on(server.channel())
                    .send(unknown, malformed, request("d", 5))
                    .reading(3);
            assertThat(stream.next())
                    .isEqualTo(refusal("Request for unknown model: 'nobody' is not found", "", "", "a"));
            assertThat(stream.next())
                    .isEqualTo(refusal(
                            "invalid value type for 'priority' parameter, expected int64_param or uint64_param.",
                            "gated",
                            "1",
                            "c"));
            assertThat(stream.next().getInferResponse().getRawOutputContents(0)).isEqualTo(Requests.longs(5));
            stream.halfClose();
            assertThat(stream.end()).isEqualTo(OK);
            assertThat(server.outcomes()).contains("NOT_FOUND", "INVALID_ARGUMENT", "OK");
        }
    }

    @Test
    void aLongErrorIsShortenedAsAStatusIs() throws Exception {
        ModelInferRequest unknown = Requests.to("n".repeat(20_000)).build();
        try (GatedServer server = GatedServer.ready(directory)) {
            String status = Refused.by(() -> server.stub().modelInfer(unknown)).message();
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(unknown).reading(1);
            assertThat(stream.next().getErrorMessage()).isEqualTo(status).endsWith("...");
            stream.halfClose();
            assertThat(stream.end()).isEqualTo(OK);
        }
    }

    @Test
    void ifAskedForTheFirstFailureEndsTheStreamAndWhatIsInFlight() throws Exception {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("triton_grpc_error", Metadata.ASCII_STRING_MARSHALLER), "true");
        try (GatedServer server = GatedServer.answering(directory, held)) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel(), headers).send(requests(4)).reading(4);
            held.await(4);
            Failure busy = Failure.of(Kind.RESOURCE_EXHAUSTED, "too much").retryAfter(9);
            held.fail("1", busy);
            held.answer("3");
            held.answer("0");
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("0");
            assertThat(stream.end()).isEqualTo(new Refused(Status.Code.RESOURCE_EXHAUSTED, "too much"));
            assertThat(stream.trailer("grpc-retry-pushback-ms")).isEqualTo("9");
            Await.until("nobody waits for what is in flight", () -> held.isGone("2"));
            held.answer("2");
            Await.until("the stream is over", () -> server.openStreams() == 0);
            assertThat(server.inFlight()).isZero();
            assertThat(stream.unseen()).isZero();
        }
    }

    @Test
    void withoutTheMetadataTrueNoFailureEndsTheStream() throws Exception {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("triton_grpc_error", Metadata.ASCII_STRING_MARSHALLER), "false");
        try (GatedServer server = GatedServer.answering(directory, held)) {
            OpenStream<ModelInferRequest> stream = OpenStream.on(server.channel(), headers)
                    .send(Requests.to("nobody").build())
                    .reading(1);
            assertThat(stream.next().getErrorMessage()).contains("nobody");
            stream.halfClose();
            assertThat(stream.end()).isEqualTo(OK);
        }
    }

    @Test
    void aHalfCloseLetsWhatIsInFlightBeAnswered() throws Exception {
        try (GatedServer server = GatedServer.answering(directory, held)) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(requests(2)).reading(2);
            stream.halfClose();
            held.await(2);
            held.answer("0");
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("0");
            assertThat(stream.hasEnded()).isFalse();
            held.answer("1");
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("1");
            assertThat(stream.end()).isEqualTo(OK);
            assertThat(server.openStreams()).isZero();
        }
    }

    @Test
    void anEmptyStreamEndsWell() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            OpenStream<ModelInferRequest> stream = OpenStream.on(server.channel());
            stream.halfClose();
            assertThat(stream.end()).isEqualTo(OK);
        }
    }

    @Test
    void aCancelledStreamLeavesTheQueue() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(requests(4)).reading(4);
            Await.until("one runs, the others queue", () -> server.runs() == 1 && server.queued() == 3);
            stream.cancel();
            Await.until("nothing queues", () -> server.queued() == 0 && server.inFlight() == 1);
            assertThat(server.openStreams()).isZero();
            server.letRun(1);
            Await.until("all is over", () -> server.inFlight() == 0);
            assertThat(server.runs()).isEqualTo(1);
            assertThat(server.outcomes()).containsOnly("CANCELLED").hasSize(4);
        }
    }

    @Test
    void theDeadlineOfTheStreamIsThatOfItsRequests() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            OpenStream<ModelInferRequest> stream = OpenStream.on(
                            server.channel(),
                            GRPCInferenceServiceGrpc.getModelStreamInferMethod(),
                            CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS),
                            new Metadata())
                    .send(requests(3))
                    .reading(3);
            assertThat(stream.end().code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            Await.until("nothing queues", () -> server.queued() == 0);
            server.letRun(1);
            Await.until("all is over", () -> server.inFlight() == 0 && server.openStreams() == 0);
            assertThat(server.runs()).isLessThanOrEqualTo(1);
            assertThat(server.outcomes()).hasSize(3).doesNotContain("OK");
        }
    }

    @Test
    void ofAClientThatDoesNotReadNoMoreIsTakenThanTheWindow() throws Exception {
        int inTransit = (1 << 20) / LARGE_ANSWER + 2;
        int window = 4;
        Predictor large = held.answeringAtOnce(LARGE_ANSWER);
        try (GatedServer server = GatedServer.streaming(directory, window, large)) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(requests(100));
            OpenStream<ModelInferRequest> probe =
                    OpenStream.on(server.channel()).send(request("probe", 1));
            // On the same connection: the server has seen all that was sent before it.
            Await.until("the server has seen all of it", () -> held.taken().contains("probe"));
            assertThat(held.taken()).as("requests taken").hasSizeLessThanOrEqualTo(window + inTransit + 1);
            assertThat(held.live()).as("answers held").isLessThanOrEqualTo(window + 1);
            assertThat(stream.ids(100)).isEqualTo(ids(100));
            assertThat(probe.ids(1)).containsExactly("probe");
            assertThat(held.live()).isZero();
            probe.halfClose();
            stream.halfClose();
            assertThat(stream.end()).isEqualTo(OK);
        }
    }

    @Test
    void aWindowOfOneAnswersAll() throws Exception {
        try (GatedServer server = GatedServer.streaming(directory, 1, held.answeringAtOnce(8))) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(requests(300));
            stream.halfClose();
            assertThat(stream.ids(300)).isEqualTo(ids(300));
            assertThat(stream.end()).isEqualTo(OK);
        }
    }

    @Test
    void whatIsNoMessageEndsTheStreamInItsTurn() throws Exception {
        try (GatedServer server = GatedServer.answering(directory, held)) {
            OpenStream<byte[]> stream = OpenStream.on(
                            server.channel(),
                            Bytes.in(GRPCInferenceServiceGrpc.getModelStreamInferMethod()),
                            CallOptions.DEFAULT,
                            new Metadata())
                    .reading(3)
                    .send(
                            request("0", 1).toByteArray(),
                            new byte[] {0x2a, 0x7f},
                            request("1", 1).toByteArray());
            held.await(1);
            assertThat(stream.hasEnded()).isFalse();
            held.answer("0");
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("0");
            assertThat(stream.end())
                    .isEqualTo(new Refused(
                            Status.Code.INTERNAL,
                            "the request is not a valid message of inference.GRPCInferenceService/ModelStreamInfer"));
            assertThat(held.taken()).as("requests after it").containsExactly("0");
        }
    }

    /** gRPC resets a stream that has been answered already: its client learns no more than that. */
    @Test
    void anOversizedMessageEndsTheStreamAndTheConnectionGoesOn() throws Exception {
        try (GatedServer server = GatedServer.ready(directory, 1000, held)) {
            OpenStream<ModelInferRequest> unanswered =
                    OpenStream.on(server.channel()).send(request("0", 1)).reading(2);
            OpenStream<ModelInferRequest> answered =
                    OpenStream.on(server.channel()).send(request("1", 1)).reading(2);
            held.await(2);
            held.answer("1");
            assertThat(answered.next().getInferResponse().getId()).isEqualTo("1");
            ModelInferRequest large = Requests.raw("gated", "x", "UINT8", ByteString.copyFrom(new byte[1001]), 1001)
                    .build();
            unanswered.send(large);
            assertThat(unanswered.end().code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(unanswered.end().message()).contains("1000");
            answered.send(large);
            assertThat(answered.end().code()).isEqualTo(Status.Code.CANCELLED);
            Await.until("nobody waits for what is in flight", () -> held.isGone("0"));
            held.answer("0");
            OpenStream<ModelInferRequest> next =
                    OpenStream.on(server.channel()).send(request("2", 1)).reading(1);
            held.await(3);
            held.answer("2");
            assertThat(next.next().getInferResponse().getId()).isEqualTo("2");
            next.halfClose();
            assertThat(next.end()).isEqualTo(OK);
        }
    }

    @Test
    void aDrainAnswersWhatIsInFlightAndTakesNothingMore() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            OpenStream<ModelInferRequest> idle = OpenStream.on(server.channel());
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(request("0", 1)).reading(2);
            Await.until("it runs", () -> server.runs() == 1 && server.openStreams() == 2);
            assertThat(server.drain(0)).isFalse();
            assertThat(idle.end()).isEqualTo(Refused.unavailable("Server exiting"));
            stream.send(request("1", 1));
            assertThat(stream.hasEnded()).isFalse();
            server.letRun(1);
            assertThat(stream.next().getInferResponse().getRawOutputContents(0)).isEqualTo(Requests.longs(1));
            assertThat(stream.end()).isEqualTo(Refused.unavailable("Server exiting"));
            assertThat(server.runs()).isEqualTo(1);
            assertThat(server.openStreams()).isZero();
        }
    }

    @Test
    void aMessageThatComesDuringADrainIsRefused() throws Exception {
        try (GatedServer server = GatedServer.answering(directory, held)) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(request("0", 1)).reading(3);
            OpenStream<ModelInferRequest> other =
                    OpenStream.on(server.channel()).send(request("other", 1));
            held.await(2);
            assertThat(server.drain(0)).isFalse();
            stream.send(request("1", 1), request("2", 1)).halfClose();
            other.cancel();
            Await.until("the server has seen all that was sent", () -> held.isGone("other"));
            held.answer("other");
            held.answer("0");
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("0");
            String stopping = "GRPC server is shutting down and has stopped accepting new requests.";
            assertThat(stream.next()).isEqualTo(refusal(stopping, "", "", "1"));
            assertThat(stream.next()).isEqualTo(refusal(stopping, "", "", "2"));
            assertThat(stream.end()).isEqualTo(OK);
            assertThat(held.taken()).containsExactlyInAnyOrder("0", "other");
            assertThat(server.outcomes()).containsExactlyInAnyOrder("OK", "CANCELLED", "UNAVAILABLE", "UNAVAILABLE");
        }
    }

    @Test
    void whatADrainCannotFinishIsCutOff() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(requests(2)).reading(2);
            Await.until("one runs, one queues", () -> server.runs() == 1 && server.queued() == 1);
            assertThat(server.drain(0)).isFalse();
            assertThat(server.cutOff()).isEqualTo(2);
            String cutOff = "the server is stopping and could not finish the request in time";
            assertThat(stream.next()).isEqualTo(refusal(cutOff, "gated", "1", "0"));
            assertThat(stream.next()).isEqualTo(refusal(cutOff, "gated", "1", "1"));
            assertThat(stream.end()).isEqualTo(Refused.unavailable("Server exiting"));
            assertThat(server.queued()).isZero();
            server.letRun(1);
            Await.until("the run is over", () -> server.inFlight() == 0);
            assertThat(server.runs()).isEqualTo(1);
        }
    }

    @Test
    void aDrainWaitsForAnswersThatAreNotReadYet() throws Exception {
        try (GatedServer server = GatedServer.streaming(directory, 256, held.answeringAtOnce(LARGE_ANSWER))) {
            OpenStream<ModelInferRequest> idle = OpenStream.on(server.channel());
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(requests(100));
            Await.until(
                    "all answers are made",
                    () -> held.taken().size() == 100 && server.inFlight() == 0 && server.openStreams() == 2);
            assertThat(server.drain(0)).as("all was answered at once").isFalse();
            FutureTask<Boolean> drain = new FutureTask<>(() -> server.drain(60));
            Thread draining = new Thread(drain);
            draining.start();
            assertThat(idle.end()).isEqualTo(Refused.unavailable("Server exiting"));
            assertThat(stream.ids(100)).isEqualTo(ids(100));
            assertThat(stream.end()).isEqualTo(Refused.unavailable("Server exiting"));
            assertThat(drain.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(server.openStreams()).isZero();
            draining.join();
        }
    }

    @Test
    void answersThatNobodyHasReadWhenADrainEndsAreCutOff() throws Exception {
        // What fits into the window of the client, and as much again for what is on the way there.
        int inTransit = 2 * ((1 << 20) / LARGE_ANSWER + 2);
        try (GatedServer server = GatedServer.streaming(directory, 256, held.answeringAtOnce(LARGE_ANSWER))) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(requests(100));
            Await.until("all answers are made", () -> held.taken().size() == 100 && server.inFlight() == 0);
            assertThat(server.drain(0)).isFalse();
            assertThat(server.cutOff()).isBetween(100 - inTransit, 100);
            stream.cancel();
            Await.until("all answers are given back", () -> held.live() == 0);
        }
    }

    @Test
    void aRequestThatCannotBeToldThatItsCallerHasGoneHoldsUpNoOther() throws Exception {
        Predictor predictor = (request, reply) -> {
            if (request.id().equals("0")) {
                request.call().onDone(() -> {
                    throw new IllegalStateException("a defect");
                });
            }
            held.predict(request, reply);
        };
        try (GatedServer server = GatedServer.answering(directory, predictor)) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(requests(3)).reading(3);
            held.await(3);
            held.answer("2");
            stream.cancel();
            Await.until("the answer that waited is given back", () -> held.live() == 0);
            assertThat(held.isGone("1")).isTrue();
            held.answer("0");
            held.answer("1");
            assertThat(held.live()).isZero();
            assertThat(server.openStreams()).isZero();
        }
    }

    @Test
    void anAnswerThatCannotBeMadeIsAnErrorOfItsRequest() throws Exception {
        Predictor broken = (request, reply) -> {
            throw new IllegalStateException("/secret/path");
        };
        try (GatedServer server = GatedServer.answering(directory, broken)) {
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(server.channel()).send(request("0", 1)).reading(1);
            assertThat(stream.next())
                    .isEqualTo(refusal("internal error while handling the request", "gated", "1", "0"));
            stream.halfClose();
            assertThat(stream.end()).isEqualTo(OK);
        }
    }
}
