package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import dev.tern.server.batching.policy.Refusal.Reason;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a scheduler promises, checked at every decision against a plain list of those who wait. */
final class Rules {
    private final SchedulerSettings settings;
    private final ExecutionTimes times;

    /** In order of arrival; those who have gone stay until the scheduler drops them. */
    private final Set<FakeRequest> waiting = new LinkedHashSet<>();

    /** What an adaptive window waits for, before and after its last change. */
    private List<Plan> plans = List.of();

    private long lastRunNanos;
    private boolean ran;

    Rules(SchedulerSettings settings, ExecutionTimes times) {
        this.settings = settings;
        this.times = times;
    }

    int waiting() {
        return waiting.size();
    }

    void runEnded(long nowNanos) {
        lastRunNanos = nowNanos;
        ran = true;
    }

    void planned(Plan plan) {
        Plan last = plans.isEmpty() ? plan : plans.get(plans.size() - 1);
        plans = List.of(last, plan);
    }

    private boolean trusts(long nowNanos) {
        return ran && nowNanos - lastRunNanos < Trust.LEAST_NANOS;
    }

    private long alone(FakeRequest request) {
        return times.expectedNanos(Math.max(1, request.rows()) * request.unitsPerRow());
    }

    /** Who may come in, and who is told why not; {@code queued} is what waited at its level before. */
    void entered(FakeRequest request, @Nullable Refusal refusal, int queued, long nowNanos) {
        int bound = settings.policy(request.level()).maxQueueSize();
        boolean hopeless = trusts(nowNanos)
                && request.deadlineNanos() != Waiting.NO_DEADLINE
                && alone(request) > request.deadlineNanos() - nowNanos;
        if (refusal == null) {
            assertThat(bound == 0 || queued < bound).as("room in the queue").isTrue();
            assertThat(hopeless).as("let in without hope").isFalse();
            waiting.add(request);
            return;
        }
        boolean limited = request.deadlineNanos() != Waiting.NO_DEADLINE || settings.objectiveNanos() > 0;
        boolean ahead = waiting.stream().anyMatch(each -> !each.isGone() && each.level() <= request.level());
        boolean just = switch (refusal.reason()) {
            case QUEUE_FULL -> bound > 0 && queued == bound;
            case DEADLINE_TOO_CLOSE -> hopeless;
            case TOO_MUCH_AHEAD -> trusts(nowNanos) && limited && ahead;
        };
        assertThat(just).as("refused for %s: %s", refusal.reason(), request).isTrue();
        assertThat(refusal.retryAfterNanos()).isNotNegative();
        assertThat(refusal.reason() == Reason.DEADLINE_TOO_CLOSE || refusal.retryAfterNanos() >= 0)
                .isTrue();
    }

    /** What left without a run while somebody looked. */
    void dropped(List<Dropped<FakeRequest>> dropped, long nowNanos) {
        List<FakeRequest> before = List.copyOf(waiting);
        for (Dropped<FakeRequest> each : dropped) {
            FakeRequest request = each.entry();
            assertThat(waiting.remove(request)).as("dropped once: %s", request).isTrue();
            boolean just = switch (each.reason()) {
                case GONE -> request.isGone();
                case DEADLINE_PASSED -> isPast(request.deadlineNanos(), nowNanos);
                case TIMED_OUT -> isPast(request.timeoutNanos(), nowNanos) && action(request) == TimeoutAction.REJECT;
                case DEADLINE_TOO_CLOSE -> isTooClose(request, new Together(before), nowNanos);
            };
            assertThat(just).as("dropped as %s: %s", each.reason(), request).isTrue();
        }
    }

    /** By itself, or behind others where so many wait that a smaller batch would cost more of them than this one. */
    private boolean isTooClose(FakeRequest request, Together before, long nowNanos) {
        if (!trusts(nowNanos) || request.deadlineNanos() == Waiting.NO_DEADLINE) {
            return false;
        }
        Together group = before.of(request.group());
        boolean crowded = settings.dynamic()
                && group.requests().size() > 1
                && (!group.most(settings).equals(group) || !isPlain() || isDelayed(group, nowNanos));
        long most = times.likelyMaxNanos(group.units());
        return nowNanos + alone(request) > request.deadlineNanos()
                || (crowded && nowNanos + most > request.deadlineNanos());
    }

    /** Whether the order in which they may join is not that of their arrival: with rows of none, it decides who fits. */
    private boolean isDelayed(Together group, long nowNanos) {
        return group.requests().stream().anyMatch(each -> line(each, nowNanos) % 2 == 1);
    }

    /** Whether a batch is as large as it may be: lower levels join, and have batches of their own, within bounds. */
    private boolean isPlain() {
        return settings.levels().size() == 1 && settings.adaptive() == null;
    }

    private TimeoutAction action(FakeRequest request) {
        return settings.policy(request.level()).action();
    }

    private static boolean isPast(long at, long nowNanos) {
        return at != Waiting.NO_DEADLINE && nowNanos >= at;
    }

    private boolean isEligible(FakeRequest request, long nowNanos) {
        boolean timedOut = isPast(request.timeoutNanos(), nowNanos) && action(request) == TimeoutAction.REJECT;
        return !request.isGone() && !timedOut && !isPast(request.deadlineNanos(), nowNanos);
    }

    private Together eligible(long nowNanos, Predicate<FakeRequest> which) {
        return new Together(waiting.stream()
                .filter(each -> isEligible(each, nowNanos))
                .filter(which)
                .toList());
    }

    /** Lines are served one after another: a level's own, then what is delayed of it. */
    private int line(FakeRequest request, long nowNanos) {
        boolean delayed = isPast(request.timeoutNanos(), nowNanos) && action(request) == TimeoutAction.DELAY;
        return 2 * request.level() + (delayed ? 1 : 0);
    }

    /** {@code before} is who waited when the choice began, those included who were dropped since. */
    void runs(List<FakeRequest> batch, List<FakeRequest> before, long nowNanos) {
        Together run = new Together(batch);
        assertThat(waiting).as("nobody runs who does not wait").containsAll(batch);
        assertThat(batch).doesNotHaveDuplicates();
        assertThat(batch).as("who runs is waited for").allMatch(each -> isEligible(each, nowNanos));
        assertThat(run.of(batch.get(0).group()).requests()).as("one group").hasSameSizeAs(batch);
        assertThat(run.isWithin(settings) && (settings.dynamic() || batch.size() == 1))
                .as("size of %s under %s", batch, settings)
                .isTrue();
        checkDeadlines(run, nowNanos);
        checkLead(batch, before, nowNanos);
        checkMembers(run, nowNanos);
        batch.forEach(waiting::remove);
    }

    /** Nobody runs who would be late by himself, nor so many together that one of them would likely be. */
    private void checkDeadlines(Together run, long nowNanos) {
        if (trusts(nowNanos)) {
            assertThat(run.requests())
                    .as("who runs can be in time")
                    .allMatch(each -> each.deadlineNanos() == Waiting.NO_DEADLINE
                            || nowNanos + alone(each) <= each.deadlineNanos());
            assertThat(run.requests().size() == 1 || isInTime(run, nowNanos))
                    .as("all are in time at %s: %s", nowNanos, run)
                    .isTrue();
        }
    }

    private boolean isInTime(Together run, long nowNanos) {
        return run.tightestNanos() == Waiting.NO_DEADLINE
                || nowNanos + times.likelyMaxNanos(run.units()) <= run.tightestNanos();
    }

    /**
     * The oldest of the first line leads; its age is its group's, even if it has gone or was delayed since. Those that are delayed
     * are in the order in which their time was over.
     */
    private void checkLead(List<FakeRequest> batch, List<FakeRequest> before, long nowNanos) {
        Object group = batch.get(0).group();
        int first = batch.stream().mapToInt(each -> line(each, nowNanos)).min().orElseThrow();
        assertThat(eligible(nowNanos, each -> line(each, nowNanos) < first).requests())
                .as("higher lines go first, but one level's for a deadline's sake: before %s", batch)
                .allMatch(each -> isForDeadline(batch, nowNanos) && line(each, nowNanos) / 2 == first / 2);
        if (first % 2 == 1) {
            return;
        }
        long oldest = new Together(before)
                .of(group).requests().stream()
                        .filter(each -> line(each, nowNanos) / 2 == first / 2)
                        .mapToLong(FakeRequest::enqueuedNanos)
                        .min()
                        .orElseThrow();
        assertThat(eligible(nowNanos, each -> line(each, nowNanos) == first).requests())
                .as("the oldest of a line leads: before %s", batch)
                .allMatch(each -> each.enqueuedNanos() >= oldest);
    }

    /** Nobody is passed by one behind him in his group but for a deadline's sake; nobody is left out who had room. */
    private void checkMembers(Together run, long nowNanos) {
        Object group = run.requests().get(0).group();
        Together others = eligible(nowNanos, each -> each.group().equals(group));
        List<FakeRequest> left = new ArrayList<>(others.requests());
        left.removeAll(run.requests());
        if (!isForDeadline(run.requests(), nowNanos)) {
            assertThat(left)
                    .as("passed by one behind: %s", run)
                    .noneMatch(each -> !isForDeadline(List.of(each), nowNanos)
                            && run.requests().stream().anyMatch(other -> isBehind(other, each, nowNanos)));
        }
        if (isPlain() && settings.dynamic() && !isDelayed(others, nowNanos)) {
            Together most = others.most(settings);
            int preferred = most.preferred(settings);
            if (trusts(nowNanos) && !isInTime(most, nowNanos)) {
                assertThat(most.requests().size() == 1 || most.equals(others))
                        .as("a smaller batch for one's sake while more wait than go at once: %s", run)
                        .isTrue();
                return;
            }
            assertThat(run.requests())
                    .isEqualTo(preferred > 0 ? most.first(preferred).requests() : most.requests());
        }
    }

    private boolean isForDeadline(List<FakeRequest> batch, long nowNanos) {
        return trusts(nowNanos) && new Together(batch).tightestNanos() != Waiting.NO_DEADLINE;
    }

    private boolean isBehind(FakeRequest one, FakeRequest other, long nowNanos) {
        int line = line(one, nowNanos);
        int otherLine = line(other, nowNanos);
        return line > otherLine || (line == otherLine && line % 2 == 0 && isYounger(one, other));
    }

    private boolean isYounger(FakeRequest one, FakeRequest other) {
        List<FakeRequest> order = List.copyOf(waiting);
        return order.indexOf(one) > order.indexOf(other);
    }

    /** A free instance waits only for nobody, or for a batch that a window lets grow, and looks again in time. */
    void waits(long lookAgainNanos, long nowNanos) {
        Together all = eligible(nowNanos, each -> true);
        if (all.requests().isEmpty()) {
            return;
        }
        assertThat(settings.dynamic()).as("waits without a window: %s", all).isTrue();
        assertThat(all.of(all.requests().get(0).group()))
                .as("waits though others wait")
                .isEqualTo(all);
        assertThat(all.isFull(settings)).as("waits with a full batch: %s", all).isFalse();
        long slack = all.tightestNanos() == Waiting.NO_DEADLINE
                ? Waiting.NO_DEADLINE
                : all.tightestNanos() - times.likelyMaxNanos(all.units());
        assertThat(lookAgainNanos).as("looks again").isGreaterThan(nowNanos).isLessThanOrEqualTo(slack);
        if (settings.adaptive() == null) {
            boolean oneLine = all.requests().stream()
                    .allMatch(each ->
                            line(each, nowNanos) == 2 * all.requests().get(0).level());
            assertThat(oneLine ? all.preferred(settings) : 0)
                    .as("waits with a preferred size")
                    .isZero();
            assertThat(all.rows()).as("enough rows").isLessThan(settings.largestPreferred());
            assertThat(lookAgainNanos).isLessThanOrEqualTo(all.oldestNanos() + settings.maxQueueDelayNanos());
        } else {
            assertThat(plans)
                    .as("waits as planned: %s", all)
                    .anyMatch(plan -> all.rows() < plan.rowsToWaitFor()
                            && lookAgainNanos <= all.oldestNanos() + plan.windowNanos());
        }
    }

    List<FakeRequest> all() {
        return List.copyOf(waiting);
    }
}
