package dev.tern.server.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.StillClock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** In which order steps begin, what is kept for how long, and what becomes of the others when one fails. */
class EnsembleTest {
    private static final Shape SHAPE = Shape.of(1, 4);

    private final Held models = new Held();
    private final FakeCall call = FakeCall.patient();
    private final RecordingReply reply = new RecordingReply();
    private final Counted input = new Counted();
    private final List<Integer> rows = new ArrayList<>();

    /** Bytes that count their references. */
    private static final class Counted implements Payload {
        private final AtomicInteger references = new AtomicInteger(1);

        int references() {
            return references.get();
        }

        @Override
        public long size() {
            return 16;
        }

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            assertThat(references.get()).as("references of what is read").isPositive();
            dst.position(dst.limit());
        }

        @Override
        public Payload retain() {
            assertThat(references.getAndIncrement())
                    .as("references of what is retained")
                    .isPositive();
            return this;
        }

        @Override
        public void release() {
            assertThat(references.decrementAndGet()).as("references left").isNotNegative();
        }
    }

    /** Models that answer when the test says so. */
    private static final class Held implements StepModels {
        private final List<Request> requests = new ArrayList<>();
        private final List<String> acquired = new ArrayList<>();
        private final AtomicInteger open = new AtomicInteger();

        record Request(InferenceRequest request, Reply reply) {}

        @Override
        public StepModel acquire(InferenceRequest request, String model, long version) {
            acquired.add(model);
            return open(model);
        }

        private StepModel open(String model) {
            open.incrementAndGet();
            return new StepModel() {
                @Override
                public int rank(String name) {
                    return SHAPE.rank();
                }

                @Override
                public void predict(InferenceRequest step, Reply to) {
                    assertThat(step.model()).isEqualTo(model);
                    requests.add(new Request(step, to));
                }

                @Override
                public StepModel again() {
                    return open(model);
                }

                @Override
                public void release() {
                    open.decrementAndGet();
                }
            };
        }

        List<String> begun() {
            return requests.stream().map(each -> each.request().model()).toList();
        }

        private Request take(String model) {
            Request taken = requests.stream()
                    .filter(each -> each.request().model().equals(model))
                    .findFirst()
                    .orElseThrow();
            requests.remove(taken);
            open.decrementAndGet();
            return taken;
        }

        Counted answer(String model) {
            Request taken = take(model);
            Counted payload = new Counted();
            taken.reply().succeed(new InferenceResponse(List.of(tensor("y", payload))));
            return payload;
        }

        void fail(String model) {
            take(model).reply().fail(Failure.of(Kind.RESOURCE_EXHAUSTED, "full").retryAfter(7));
        }
    }

    private static Tensor tensor(String name, Payload payload) {
        return new Tensor(name, DataType.FP32, SHAPE, payload);
    }

    private static Graph.Step step(String model, Map<String, String> inputs, String output) {
        return new Graph.Step(model, -1, inputs, Map.of("y", output));
    }

    /** {@code x} to left and right, both to join, and that to last. */
    private Ensemble diamond() {
        Graph graph = new Graph(
                "e",
                List.of("x"),
                List.of(
                        step("last", Map.of("a", "joined"), "y"),
                        step("join", Map.of("a", "l", "b", "r"), "joined"),
                        step("left", Map.of("a", "x"), "l"),
                        step("right", Map.of("a", "x"), "r")),
                List.of(new Graph.Output("y", 2), new Graph.Output("joined", 2)));
        return new Ensemble(graph, true, models, new StillClock(), (count, start, end) -> rows.add(count));
    }

    private InferenceRequest request(String... outputs) {
        return new InferenceRequest(
                "e", "7", List.of(tensor("x", input)), List.of(outputs), Map.of("priority", 2L), call);
    }

    @Test
    void aStepBeginsWhenAllThatItReadsIsThere() {
        diamond().predict(request(), reply);
        assertThat(models.begun()).containsExactly("left", "right");
        assertThat(models.requests).allSatisfy(each -> {
            assertThat(each.request().id()).isEqualTo("7");
            assertThat(each.request().parameters()).containsEntry("priority", 2L);
        });
        models.answer("right");
        assertThat(models.begun()).containsExactly("left");
        models.answer("left");
        assertThat(models.begun()).containsExactly("join");
        models.answer("join");
        assertThat(reply.isAnswered()).isFalse();
        models.answer("last");
        assertThat(reply.outputs()).extracting(Tensor::name).containsExactly("y", "joined");
        assertThat(rows).containsExactly(1);
        assertThat(models.open).hasValue(0);
    }

    @Test
    void tensorsAreFreedWhenTheirLastReaderIsDone() {
        diamond().predict(request("y"), reply);
        assertThat(input.references()).as("the request's, and the two steps'").isEqualTo(3);
        Counted left = models.answer("left");
        assertThat(input.references()).isEqualTo(2);
        Counted right = models.answer("right");
        assertThat(input.references()).isEqualTo(1);
        assertThat(left.references()).as("the one that join has").isEqualTo(1);
        Counted joined = models.answer("join");
        assertThat(left.references()).isZero();
        assertThat(right.references()).isZero();
        assertThat(joined.references()).as("the one that last has").isEqualTo(1);
        Counted last = models.answer("last");
        assertThat(joined.references()).isZero();
        assertThat(last.references())
                .as("the answer's, which the reply gave back")
                .isZero();
        assertThat(reply.outputs()).extracting(Tensor::name).containsExactly("y");
    }

    @Test
    void stepsOfOneModelHaveOneVersionOfIt() {
        Graph graph = new Graph(
                "e",
                List.of("x"),
                List.of(
                        step("m", Map.of("a", "x"), "once"),
                        new Graph.Step("m", 3, Map.of("a", "x"), Map.of("y", "third")),
                        step("m", Map.of("a", "once", "b", "third"), "y")),
                List.of(new Graph.Output("y", 2)));
        new Ensemble(graph, true, models, new StillClock(), (count, start, end) -> {}).predict(request(), reply);
        assertThat(models.acquired).as("the newest, and version 3").containsExactly("m", "m");
        assertThat(models.open).hasValue(3);
        models.answer("m");
        models.answer("m");
        models.answer("m");
        assertThat(reply.failed()).isFalse();
        assertThat(models.open).hasValue(0);
    }

    @Test
    void whatIsNotAskedForIsNotComputed() {
        diamond().predict(request("joined"), reply);
        models.answer("left");
        models.answer("right");
        models.answer("join");
        assertThat(reply.outputs()).extracting(Tensor::name).containsExactly("joined");
        assertThat(models.begun()).isEmpty();
        assertThat(models.open).hasValue(0);
    }

    @Test
    void theFirstFailureIsToldAtOnceAndTheRestIsGivenBack() {
        diamond().predict(request(), reply);
        models.fail("left");
        assertThat(reply.early()).isNotNull();
        assertThat(reply.isAnswered()).as("right still runs").isFalse();
        assertThat(models.requests.get(0).request().call().isDone())
                .as("nobody waits for right any more")
                .isTrue();
        Counted right = models.answer("right");
        assertThat(models.begun()).isEmpty();
        assertThat(reply.failure().kind()).isEqualTo(Kind.RESOURCE_EXHAUSTED);
        assertThat(reply.failure().message()).isEqualTo("in ensemble 'e', step[2], model 'left': full");
        assertThat(reply.failure().retryAfterMillis()).isEqualTo(7);
        assertThat(right.references()).isZero();
        assertThat(input.references()).as("the request's own").isEqualTo(1);
        assertThat(models.open).hasValue(0);
        assertThat(rows).isEmpty();
    }

    @Test
    void whenTheCallerGoesTheStepsAreTold() {
        diamond().predict(request(), reply);
        List<Held.Request> told = new ArrayList<>();
        models.requests.forEach(each -> each.request().call().onDone(() -> told.add(each)));
        call.cancel();
        assertThat(told).isNotEmpty().containsExactlyElementsOf(models.requests);
    }

    @Test
    void manyStepsThatAnswerAtOnceNeedNoStack() {
        int count = 20_000;
        List<Graph.Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(step("m", Map.of("a", i == 0 ? "x" : "t" + i), i == count - 1 ? "y" : "t" + (i + 1)));
        }
        StepModels atOnce = (request, model, version) -> new StepModel() {
            @Override
            public int rank(String name) {
                return -1;
            }

            @Override
            public void predict(InferenceRequest step, Reply to) {
                to.succeed(new InferenceResponse(List.of(tensor("y", new Counted()))));
            }

            @Override
            public StepModel again() {
                return this;
            }

            @Override
            public void release() {}
        };
        Graph graph = new Graph("e", List.of("x"), steps, List.of(new Graph.Output("y", 2)));
        new Ensemble(graph, true, atOnce, new StillClock(), (rows, start, end) -> {}).predict(request(), reply);
        assertThat(reply.failed()).isFalse();
        assertThat(input.references()).isEqualTo(1);
    }

    @Test
    void aBatchOfOneIsPutInFrontOrTakenAway() {
        assertThat(EnsembleRun.ofRank(3, Shape.of(2, 4))).isEqualTo(Shape.of(1, 2, 4));
        assertThat(EnsembleRun.ofRank(1, Shape.of(1, 4))).isEqualTo(Shape.of(4));
        assertThat(EnsembleRun.ofRank(1, Shape.of(2, 4)))
                .as("two rows are not one")
                .isEqualTo(Shape.of(2, 4));
        assertThat(EnsembleRun.ofRank(-1, Shape.of())).isEqualTo(Shape.of());
    }
}
