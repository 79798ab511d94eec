package dev.tern.bench.simulator;

import dev.tern.bench.simulator.Shedding.ControlledDelay;
import dev.tern.bench.simulator.Shedding.Fifo;
import dev.tern.bench.simulator.Shedding.NewestFirst;
import dev.tern.server.batching.policy.AdaptiveSettings;
import dev.tern.server.batching.policy.QueuePolicy;
import dev.tern.server.batching.policy.SchedulerSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Reads policies as they are typed. */
final class Policies {
    /** The windows and preferred sizes among which {@code tuned} finds the best by hand. */
    private static final List<String> WINDOWS = List.of("0", "0.25ms", "0.5ms", "1ms", "2ms", "5ms", "10ms");

    private static final List<String> PREFERRED = List.of("none", "8", "16", "32", "64");
    private static final long CODEL_TARGET_NANOS = 5_000_000;
    private static final long CODEL_INTERVAL_NANOS = 100_000_000;
    private static final double PERCENTILE = 99;

    private Policies() {}

    private record Named(String name, Function<Scenario, SimulatedQueue> maker) implements Policy {
        @Override
        public SimulatedQueue queue(Scenario scenario) {
            return maker.apply(scenario);
        }
    }

    /** One policy, or several of which the best is to be shown. */
    static List<Policy> parse(String text) {
        return text.equals("tuned") ? grid() : List.of(one(text));
    }

    /** Takes a list apart: a part such as {@code delay=1ms} belongs to the policy before it. */
    static List<String> split(String list) {
        List<String> texts = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            boolean more =
                    part.contains("=") && !part.substring(0, part.indexOf('=')).contains(":");
            if (more && !texts.isEmpty()) {
                texts.set(texts.size() - 1, texts.get(texts.size() - 1) + "," + part);
            } else {
                texts.add(part);
            }
        }
        return texts;
    }

    private static List<Policy> grid() {
        List<Policy> grid = new ArrayList<>();
        for (String window : WINDOWS) {
            for (String preferred : PREFERRED) {
                grid.add(one("triton:preferred=" + preferred + ",delay=" + window));
            }
        }
        return grid;
    }

    private static Policy one(String text) {
        Words words = new Words(text, text.startsWith("fixed:") ? "delay" : "bound");
        return switch (words.name()) {
            case "none" -> ours(words, Set.of(), batch -> SchedulerSettings.unbatched(batch));
            case "fixed", "triton" -> window(words);
            case "adaptive" -> adaptive(words);
            case "fifo" -> plain(words, Set.of("bound"), Policies::fifo);
            case "lifo" -> plain(words, Set.of(), each -> new NewestFirst());
            case "codel" -> plain(words, Set.of("target", "interval"), Policies::codel);
            default ->
                throw new IllegalArgumentException("policy: " + text
                        + " (expected: none, fixed:WINDOW, triton:preferred=A+B,delay=WINDOW, adaptive, tuned, fifo,"
                        + " lifo or codel)");
        };
    }

    private static Policy window(Words words) {
        long delay = words.nanos("delay", 0);
        List<Integer> preferred = preferred(words);
        return ours(
                words,
                Set.of("preferred", "delay"),
                batch -> SchedulerSettings.window(batch, within(preferred, batch), delay));
    }

    private static List<Integer> preferred(Words words) {
        String sizes = words.text("preferred", "none");
        if (!sizes.matches("none|\\d{1,6}(\\+\\d{1,6})*")) {
            throw new IllegalArgumentException(
                    "policy " + words + ": preferred=" + sizes + " (expected: sizes such as 8+16, or none)");
        }
        return sizes.equals("none")
                ? List.of()
                : Arrays.stream(sizes.split("\\+")).map(Integer::valueOf).toList();
    }

    private static List<Integer> within(List<Integer> sizes, int most) {
        return sizes.stream().filter(size -> size <= most).toList();
    }

    private static Policy adaptive(Words words) {
        long objective = words.nanos("objective", 0);
        AdaptiveSettings settings = new AdaptiveSettings(objective, words.number("percentile", (int) PERCENTILE));
        return ours(
                words,
                Set.of("percentile"),
                batch -> SchedulerSettings.window(batch, List.of(), 0).adaptive(settings));
    }

    /** A policy of the server's; all of them take a bound of the queue, an objective, and whether to admit by delay. */
    private static Policy ours(Words words, Set<String> keys, Function<Integer, SchedulerSettings> settings) {
        List<String> allowed = new ArrayList<>(keys);
        Collections.addAll(allowed, "queue", "objective", "admission");
        words.allow(Set.copyOf(allowed));
        QueuePolicy bound = QueuePolicy.UNBOUNDED.withMaxQueueSize(words.number("queue", 0));
        long objective = words.nanos("objective", 0);
        boolean admits = !words.text("admission", "on").equals("off");
        return new Named(words.toString(), scenario -> {
            SchedulerSettings made = settings.apply(scenario.maxBatchSize())
                    .withLevels(Collections.nCopies(scenario.levels(), bound), 1)
                    .withMaxPaddedUnits(scenario.maxPaddedUnits())
                    .withObjective(objective, SchedulerSettings.USUAL_PERCENTILE);
            return new TernQueue(made, scenario, admits);
        });
    }

    private static Policy plain(Words words, Set<String> keys, Function<Words, Shedding> shedding) {
        words.allow(keys);
        Shedding checked = shedding.apply(words);
        return new Named(words.toString(), scenario -> {
            if (scenario.lengths().most() > 1 || scenario.levels() > 1) {
                throw new IllegalArgumentException("policy " + words + ": "
                        + checked.getClass().getSimpleName() + " (expected: one level and one length)");
            }
            return new PlainQueue(scenario, shedding.apply(words));
        });
    }

    private static Shedding fifo(Words words) {
        return new Fifo(words.number("bound", Integer.MAX_VALUE));
    }

    private static Shedding codel(Words words) {
        return new ControlledDelay(
                words.nanos("target", CODEL_TARGET_NANOS), words.nanos("interval", CODEL_INTERVAL_NANOS));
    }
}
