package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.policy.AdaptiveSettings;
import dev.tern.server.batching.policy.QueuePolicy;
import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What happens to one stage, as a seed has it: requests, cancellations, turns of runners and time, some of it while runs
 * are under way. Every run and every answer is checked when it comes.
 */
final class Script {
    private static final long STEP = 50_000;
    private static final int ROWS_PER_REQUEST = 64;

    private final Rig rig = new Rig();
    private final Random random;
    private final SchedulerSettings settings;
    private final boolean fails;
    private final int instances;
    private final Batching batching;
    private final List<Request> requests = new ArrayList<>();
    private final Map<Float, Request> owners = new HashMap<>();
    private int running;

    /** What the stage would take for a failure of the model or of a reply. */
    private @Nullable AssertionError found;

    int succeeded;
    int runs;
    int together;

    Script(long seed) {
        random = new Random(seed);
        settings = settings();
        fails = oneIn(3);
        instances = 1 + random.nextInt(3);
        batching = rig.batching(
                settings,
                IntStream.range(0, instances)
                        .mapToObj(i -> new FakeInstance(this::model))
                        .toArray(Instance[]::new));
    }

    private SchedulerSettings settings() {
        int max = 1 + random.nextInt(16);
        List<QueuePolicy> levels = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            TimeoutAction action = oneIn(2) ? TimeoutAction.DELAY : TimeoutAction.REJECT;
            levels.add(new QueuePolicy(action, oneIn(2) ? 0 : STEP * 20, true, oneIn(3) ? 4 : 0));
        }
        SchedulerSettings window = Rig.dynamic(max, oneIn(2) ? 0 : STEP * random.nextInt(40))
                .withLevels(levels, 1)
                .withOrdering(oneIn(2));
        return oneIn(6) ? window.adaptive(new AdaptiveSettings(0, 99)) : window;
    }

    /** One caller's. */
    private final class Request implements Reply {
        final FakeCall call;
        final boolean poisoned;
        final float[] values;
        int answers;

        Request(FakeCall call, boolean poisoned, float... values) {
            this.call = call;
            this.poisoned = poisoned;
            this.values = values;
        }

        boolean isPast() {
            return call.deadlineNanos() != Call.NO_DEADLINE && rig.clock.nanoTime() >= call.deadlineNanos();
        }

        @Override
        public void succeed(InferenceResponse response) {
            float[] rows = Tensors.floats(response.outputs().get(0));
            response.release();
            succeeded++;
            hold(() -> assertThat(rows).as("its own rows").isEqualTo(values));
            if (settings.preserveOrdering() && !call.isDone()) {
                hold(() -> assertThat(requests.subList(0, requests.indexOf(this)))
                        .as("those before it are answered or have gone")
                        .allMatch(each -> each.answers > 0 || each.call.isDone()));
            }
            answered();
        }

        @Override
        public void fail(Failure failure) {
            hold(() -> assertThat(failure.kind() == Failure.Kind.INTERNAL && !poisoned)
                    .as("failed for another's fault")
                    .isFalse());
            answered();
        }

        private void answered() {
            answers++;
        }
    }

    Script play(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            if (running == 0 && oneIn(3)) {
                rig.line.runAll();
                checkNobodyWaitsForNothing();
            }
        }
        settle();
        if (found != null) {
            throw found;
        }
        return this;
    }

    private void step() {
        switch (random.nextInt(6)) {
            case 0, 1 -> send();
            case 2 -> cancelOne();
            case 3 -> rig.clock.advance(STEP * random.nextInt(20));
            default -> rig.line.runOne();
        }
    }

    private void send() {
        float[] values = new float[oneIn(3) ? 1 + random.nextInt(settings.maxBatchSize()) : 1];
        for (int row = 0; row < values.length; row++) {
            values[row] = requests.size() * ROWS_PER_REQUEST + row;
        }
        long now = rig.clock.nanoTime();
        FakeCall call = oneIn(3) ? FakeCall.until(now + STEP * random.nextInt(60)) : FakeCall.patient();
        Request request = new Request(call, fails && oneIn(8), values);
        requests.add(request);
        owners.put(values[0], request);
        Tensor rows = Tensors.floats("x", Shape.of(values.length, 1), values);
        List<Tensor> inputs = oneIn(4) ? List.of(rows, Tensors.floats("y", rows.shape(), values)) : List.of(rows);
        Map<String, Object> parameters =
                Map.of("priority", (long) random.nextInt(4), "timeout", (long) random.nextInt(1_000));
        batching.predict(new InferenceRequest("m", "", inputs, List.of(), parameters, request.call), request);
    }

    private void cancelOne() {
        if (!requests.isEmpty()) {
            int from = Math.max(0, requests.size() - 10);
            requests.get(from + random.nextInt(requests.size() - from)).call.cancel();
        }
    }

    /** During a run other things happen, other runs among them while instances are free. */
    private List<List<Tensor>> model(List<BatchItem> batch) throws EngineException {
        runs++;
        together += batch.size();
        running++;
        hold(() -> checkRun(batch));
        for (int i = random.nextInt(4); i > 0; i--) {
            step();
        }
        running--;
        if (batch.stream().anyMatch(each -> owner(each).poisoned)) {
            throw new EngineException("expected by this test");
        }
        return FakeInstance.answerInputs(batch);
    }

    private Request owner(BatchItem item) {
        return Objects.requireNonNull(owners.get(Rig.values(item)[0]));
    }

    private void hold(Runnable check) {
        try {
            check.run();
        } catch (AssertionError e) {
            found = found == null ? e : found;
        }
    }

    private void checkRun(List<BatchItem> batch) {
        assertThat(running).as("runs at once").isLessThanOrEqualTo(instances);
        assertThat(batch.stream().mapToInt(BatchItem::rows).sum()).isLessThanOrEqualTo(settings.maxBatchSize());
        assertThat(batch.stream()
                        .map(each -> each.inputs().stream().map(Tensor::name).toList()))
                .as("one group")
                .containsOnly(batch.get(0).inputs().stream().map(Tensor::name).toList());
        for (BatchItem each : batch) {
            Request owner = owner(each);
            assertThat(owner.call.isDone() || owner.answers > 0)
                    .as("runs for nobody")
                    .isFalse();
            // The halves of a run that has failed are run later: a deadline then is seen by a look at most 1 ms late.
            assertThat(!fails && owner.isPast()).as("runs after its deadline").isFalse();
        }
    }

    /** All instances are free and every turn that was asked for was taken. */
    private void checkNobodyWaitsForNothing() {
        if (settings.maxQueueDelayNanos() == 0 && settings.adaptive() == null) {
            assertThat(batching.queued()).as("wait beside free instances").isZero();
        }
    }

    /** When windows and deadlines are over, all are answered. */
    private void settle() {
        for (int i = 0; i < 100; i++) {
            rig.line.runAll();
            rig.clock.advance(STEP * 40);
        }
        assertThat(batching.queued()).as("wait for ever").isZero();
        assertThat(requests).as("answered once each").allMatch(each -> each.answers == 1);
        batching.close();
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    @Override
    public String toString() {
        return settings + ", " + settings.levels() + ", " + instances + " instances";
    }
}
