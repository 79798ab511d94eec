package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.FairLine.Turn;
import dev.tern.server.batching.Need.Resource;
import dev.tern.server.batching.Resources.Limit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Exact schedules of the line: who is served when, on how many runners. */
class FairLineTest {
    private static final int MILLI = 1_000_000;

    private final FairLine line = new FairLine(new Resources(List.of()));
    private final Map<Place, Long> served = new LinkedHashMap<>();
    private final Map<Place, Integer> turns = new HashMap<>();

    @Test
    void firstComeFirstServedAmongEquals() {
        Place a = place(1);
        Place b = place(1);
        Place c = place(1);
        line.add(a, () -> {});
        line.add(b, () -> {});
        line.add(c, () -> {});
        assertThat(List.of(begin(0).place(), begin(0).place(), begin(0).place()))
                .containsExactly(a, b, c);
        assertThat(line.next(0)).isNull();
        assertThat(line.isEmpty()).isTrue();
    }

    @Test
    void turnsOfOnePlaceKeepTheirOrder() {
        Place place = place(1);
        List<String> order = new ArrayList<>();
        line.add(place, () -> order.add("first"));
        line.add(place, () -> order.add("second"));
        begin(0).task().run();
        begin(0).task().run();
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void longAndShortTurnsShareTheTime() {
        Place shortTurns = place(1);
        Place longTurns = place(1);
        simulate(1, 2_000L * MILLI, place -> place == longTurns ? 50L * MILLI : MILLI, shortTurns, longTurns);
        assertThat(served.get(shortTurns)).isBetween(950L * MILLI, 1_050L * MILLI);
        assertThat(served.get(longTurns)).isBetween(950L * MILLI, 1_050L * MILLI);
    }

    @Test
    void priorityDividesTheShare() {
        Place first = place(1);
        Place second = place(2);
        Place fourth = place(4);
        simulate(1, 7_000L * MILLI, place -> MILLI, first, second, fourth);
        assertThat(turns.get(first)).isBetween(3_990, 4_010);
        assertThat(turns.get(second)).isBetween(1_990, 2_010);
        assertThat(turns.get(fourth)).isBetween(990, 1_010);
    }

    @Test
    void whoSleptHasNoCredit() {
        Place busy = place(1);
        Place sleeper = place(1);
        simulate(1, 1_000L * MILLI, place -> MILLI, busy);
        served.clear();
        simulate(1, 100L * MILLI, place -> MILLI, busy, sleeper);
        assertThat(served.get(busy)).isBetween(49L * MILLI, 51L * MILLI);
        assertThat(served.get(sleeper)).isBetween(49L * MILLI, 51L * MILLI);
    }

    @Test
    void whoIsSeldomThereIsServedNext() {
        Place busy = place(1);
        Place seldom = place(1);
        simulate(1, 1_000L * MILLI, place -> 10L * MILLI, busy);
        line.add(busy, () -> {});
        line.add(seldom, () -> {});
        assertThat(begin(0).place()).isSameAs(seldom);
        assertThat(begin(0).place()).isSameAs(busy);
    }

    @Test
    void oneCannotTakeAllRunnersBeforeItsFirstTurnEnds() {
        Place many = place(1);
        Place other = place(1);
        // Known for turns of 100 ms.
        simulate(1, 2_000L * MILLI, place -> 100L * MILLI, many);
        begin(0);
        line.add(many, () -> {});
        line.add(many, () -> {});
        line.add(other, () -> {});
        assertThat(begin(0).place()).isSameAs(other);
        assertThat(begin(0).place()).isSameAs(many);
    }

    @Test
    void writtenOffTurnCostsWhatWasExpected() {
        Place hung = place(1);
        Place other = place(1);
        line.add(hung, () -> {});
        Turn turn = begin(0);
        line.writeOff(turn);
        line.add(hung, () -> {});
        line.add(other, () -> {});
        assertThat(begin(1_000_000L * MILLI).place()).isSameAs(hung);
    }

    @Test
    void runsOnlyWhatHasItsResourcesAndPassesOverTheRest() {
        FairLine limited = new FairLine(new Resources(List.of(new Limit("gpu", 3, OptionalInt.empty()))));
        Place two = new Place(1, need("gpu", 2));
        Place alsoTwo = new Place(1, need("gpu", 2));
        Place none = new Place(1, Need.NOTHING);
        limited.add(two, () -> {});
        limited.add(alsoTwo, () -> {});
        limited.add(none, () -> {});
        Turn first = begin(limited, 0);
        assertThat(first.place()).isSameAs(two);
        assertThat(begin(limited, 0).place()).isSameAs(none);
        assertThat(limited.next(0)).as("only one of three is left").isNull();
        limited.end(first, MILLI);
        assertThat(begin(limited, MILLI).place()).isSameAs(alsoTwo);
    }

    @Test
    void smallNeedsDoNotStarveALargeOne() {
        FairLine limited = new FairLine(new Resources(List.of(new Limit("memory", 2, OptionalInt.empty()))));
        Place small = new Place(1, need("memory", 1));
        Place large = new Place(1, need("memory", 2));
        limited.add(small, () -> {});
        Turn running = begin(limited, 0);
        limited.add(large, () -> {});
        limited.add(small, () -> {});
        assertThat(limited.next(1))
                .as("the one that is free is kept for the large")
                .isNull();
        limited.end(running, MILLI);
        assertThat(begin(limited, MILLI).place()).isSameAs(large);
    }

    /** Random clients, turns and runners: the heap and a plain search must agree on who is first. */
    @Test
    void alwaysServesTheLeastOfThoseInLine() {
        long seed = 42;
        Random random = new Random(seed);
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            places.add(place(1 + random.nextInt(3)));
        }
        List<Turn> running = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 20_000; step++) {
            now += random.nextInt(1000);
            int what = random.nextInt(3);
            if (what == 0) {
                line.add(places.get(random.nextInt(places.size())), () -> {});
            } else if (what == 1 && !running.isEmpty()) {
                line.end(running.remove(random.nextInt(running.size())), now);
            } else {
                Place least = places.stream()
                        .filter(Place::isInLine)
                        .min((one, other) -> one.isBefore(other) ? -1 : 1)
                        .orElse(null);
                Turn turn = line.next(now);
                assertThat(turn == null ? null : turn.place())
                        .as("step %d of seed %d", step, seed)
                        .isSameAs(least);
                if (turn != null) {
                    running.add(turn);
                }
            }
        }
    }

    private record Running(long endNanos, Turn turn) {}

    /** Serves clients that always have something to do, for {@code nanos} on {@code runners}. */
    private void simulate(int runners, long nanos, ToLongFunction<Place> took, Place... places) {
        for (Place place : places) {
            if (!place.isInLine()) {
                line.add(place, () -> {});
            }
        }
        PriorityQueue<Running> running =
                new PriorityQueue<>((one, other) -> Long.compare(one.endNanos, other.endNanos));
        long now = 0;
        while (now < nanos) {
            while (running.size() < runners && !line.isEmpty()) {
                Turn turn = begin(now);
                running.add(new Running(now + took.applyAsLong(turn.place()), turn));
            }
            Running ended = running.remove();
            now = ended.endNanos();
            Place place = ended.turn().place();
            line.add(place, () -> {});
            line.end(ended.turn(), now);
            served.merge(place, took.applyAsLong(place), Long::sum);
            turns.merge(place, 1, Integer::sum);
        }
    }

    private Turn begin(long now) {
        return begin(line, now);
    }

    private static Turn begin(FairLine line, long now) {
        Turn turn = line.next(now);
        if (turn == null) {
            throw new AssertionError("nobody is served at " + now);
        }
        return turn;
    }

    private static Place place(int priority) {
        return new Place(priority, Need.NOTHING);
    }

    private static Need need(String name, int count) {
        return new Need(Map.of(new Resource(name, false), count));
    }
}
