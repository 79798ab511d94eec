package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.Need.Resource;
import dev.tern.server.batching.Resources.Limit;
import dev.tern.server.batching.policy.AdaptiveSettings;
import dev.tern.server.batching.policy.QueuePolicy;
import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.testing.Groupings;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.SoakLength;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Queue, runners and timer under real threads: every request gets one outcome, and what is answered is right. */
class CrowdTest {
    private static final int SHORT = 200_000;
    private static final int LONG = 10_000_000;
    private static final int MAX_ROWS = 8;
    private static final long MICRO = 1_000;

    private static final List<QueuePolicy> LEVELS = List.of(
            QueuePolicy.UNBOUNDED,
            QueuePolicy.UNBOUNDED.withMaxQueueSize(200),
            new QueuePolicy(TimeoutAction.DELAY, 500 * MICRO, true, 0),
            new QueuePolicy(TimeoutAction.REJECT, 2_000 * MICRO, true, 0));

    /** Whoever waits for ever may be turned away only where a level is bounded or refuses what has waited too long. */
    private static final Map<Integer, Kind> REFUSALS = Map.of(2, Kind.RESOURCE_EXHAUSTED, 4, Kind.UNAVAILABLE);

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final AtomicInteger broken = new AtomicInteger();
    private final List<Tripler> instances =
            Stream.generate(() -> new Tripler(MAX_ROWS, broken)).limit(3).toList();

    @Test
    @Timeout(120)
    void everyRequestHasOneOutcomeAndTheRightRows() throws Exception {
        serve(SHORT, Rig.dynamic(MAX_ROWS, 20 * MICRO, 4).withLevels(LEVELS, 1), REFUSALS);
    }

    @Test
    @Tag("soak")
    @Timeout(1_200)
    void everyOneOfTenMillionRequestsHasOneOutcomeAndTheRightRows() throws Exception {
        serve(SoakLength.of(LONG), Rig.dynamic(MAX_ROWS, 20 * MICRO, 4).withLevels(LEVELS, 1), REFUSALS);
    }

    @Test
    @Timeout(120)
    void everyCallersAnswersComeInTheOrderOfItsRequests() throws Exception {
        Crowd crowd = serve(SHORT / 2, Rig.dynamic(MAX_ROWS, 0).withOrdering(true), Map.of());
        assertThat(crowd.outOfOrder.sum()).as("answers behind a later one's").isZero();
    }

    @Test
    @Timeout(120)
    void plansAreMadeMeanwhile() throws Exception {
        serve(SHORT / 2, Rig.dynamic(MAX_ROWS, 0).adaptive(new AdaptiveSettings(0, 99)), Map.of());
    }

    private Crowd serve(int requests, SchedulerSettings settings, Map<Integer, Kind> refusals) throws Exception {
        Tally tally = new Tally();
        Crowd crowd = serve(requests, settings, refusals, tally);
        // What is counted right after an answer is counted by now: the threads have ended.
        check(crowd, tally);
        return crowd;
    }

    private Crowd serve(int requests, SchedulerSettings settings, Map<Integer, Kind> refusals, Tally tally)
            throws Exception {
        Resources resources = new Resources(List.of(new Limit("memory", 1, OptionalInt.empty())));
        try (RealClock clock = new RealClock();
                Runners runners = new Runners(3, Thread::new, clock, resources);
                Batching batching = new Batching(
                        settings,
                        Groupings.exact(2, "x", "other"),
                        groups(runners),
                        clock,
                        Kind.RESOURCE_EXHAUSTED,
                        tally)) {
            Crowd crowd = new Crowd(requests, settings.levels().size(), refusals, clock);
            crowd.send(batching);
            assertThat(crowd.awaitAnswers()).as("all are answered").isTrue();
            assertThat(batching.queued()).isZero();
            return crowd;
        }
    }

    private List<InstanceGroup> groups(Runners runners) throws UnmetNeedException {
        Need memory = new Need(Map.of(new Resource("memory", false), 1));
        return List.of(
                new InstanceGroup(List.<Instance>copyOf(instances.subList(0, 2)), runners.seat()),
                new InstanceGroup(List.of(instances.get(2)), runners.seat(2, memory)));
    }

    private void check(Crowd crowd, Tally tally) {
        assertThat(IntStream.range(0, crowd.requests()).filter(id -> crowd.answers.get(id) != 1))
                .as("requests not answered exactly once")
                .isEmpty();
        assertThat(crowd.wrong.sum()).as("wrong outcomes").isZero();
        assertThat(instances).as("closed").allMatch(Tripler::isClosed);
        assertThat(broken).as("runs against the rules").hasValue(0);
        assertThat(tally.accountedFor()).as("refused, dropped or run").isEqualTo(crowd.requests());
        assertThat(crowd.succeeded.sum()).isPositive().isLessThanOrEqualTo(tally.answeredInRuns.sum());
        assertThat(tally.answeredInRuns.sum()).as("requests in runs").isGreaterThan(tally.runs.sum());
        System.out.printf(
                "%,d requests: %,d answered, %,d refused at the door, %,d left the queue without a run, %,d runs%n",
                crowd.requests(), crowd.succeeded.sum(), tally.refused.sum(), tally.dropped.sum(), tally.runs.sum());
    }
}
