package dev.tern.bench.cli;

import dev.tern.bench.load.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Rates as they are typed: stages separated by commas, each a rate or two with dots between, with or without a time.
 *
 * @param stages at least one
 */
record RateStages(List<Given> stages) {
    private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,6})?)";
    private static final Pattern FORM = Pattern.compile(NUMBER + "(?:\\.\\." + NUMBER + ")?(?::(.+))?");

    RateStages {
        stages = List.copyOf(stages);
    }

    /** @throws TypeConversionException for what is none, saying what is expected */
    static RateStages parse(String text) {
        List<Given> stages =
                Arrays.stream(text.split(",", -1)).map(RateStages::stage).toList();
        if (stages.stream().allMatch(each -> each.from == 0 && each.to == 0)) {
            throw new TypeConversionException(text + " is not allowed (expected: more than 0)");
        }
        return new RateStages(stages);
    }

    /** Whether the stages themselves say when they end. */
    boolean isTimed() {
        return stages.get(stages.size() - 1).time.isPresent();
    }

    /**
     * The stages with their times. One without lasts as long as the next that has one; those after the last that has share
     * what it leaves of the duration.
     *
     * @param duration of all together; empty for no end
     * @throws IllegalArgumentException when stages and duration do not agree
     */
    List<Stage> over(Optional<Duration> duration) {
        if (isTimed() && duration.isPresent()) {
            throw new IllegalArgumentException(
                    "--rate and --duration: the stages of --rate say how long they last (expected: one of the two)");
        }
        List<Stage> all = new ArrayList<>();
        long time = untimed(duration);
        for (int i = stages.size() - 1; i >= 0; i--) {
            Given each = stages.get(i);
            time = each.time.map(Duration::toNanos).orElse(time);
            all.add(new Stage(each.from, each.to, time));
        }
        Collections.reverse(all);
        return all;
    }

    /** What each of the last stages, which say no time, lasts. */
    private long untimed(Optional<Duration> duration) {
        int last = stages.size();
        while (last > 0 && stages.get(last - 1).time.isEmpty()) {
            last--;
        }
        int without = stages.size() - last;
        if (without == 0) {
            return 0;
        }
        if (duration.isEmpty()) {
            Allowed.require(
                    without == 1 && stages.get(last).isLevel() && stages.get(last).from > 0,
                    "--rate",
                    "a ramp, a pause, or more than one stage, without a time",
                    "a time, such as 100..500:30s, or --duration");
            return Stage.FOR_EVER;
        }
        long left = duration.get().toNanos() - timed(last);
        Allowed.require(
                left > 0, "--duration", Durations.text(duration.get()), "more than the times in --rate come to");
        return left / without;
    }

    /** How long the first so many stages last, the last of which has a time. */
    private long timed(int number) {
        long sum = 0;
        long time = 0;
        for (int i = number - 1; i >= 0; i--) {
            time = stages.get(i).time.map(Duration::toNanos).orElse(time);
            sum += time;
        }
        return sum;
    }

    private static Given stage(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a rate (expected: requests per second, such as 500;"
                            + " 100..500 for a ramp; with a time as in 500:30s; several separated by commas)");
        }
        double from = Double.parseDouble(form.group(1));
        double to = form.group(2) == null ? from : Double.parseDouble(form.group(2));
        Optional<Duration> time = Optional.ofNullable(form.group(3)).map(new Durations()::convert);
        if (time.isPresent() && time.get().isZero()) {
            throw new TypeConversionException(text + " is not allowed (expected: a time of more than 0s)");
        }
        return new Given(from, to, time);
    }

    /** One stage; a time may be missing. */
    record Given(double from, double to, Optional<Duration> time) {
        boolean isLevel() {
            return from == to;
        }
    }

    /** For the command line. */
    static final class Converter implements ITypeConverter<RateStages> {
        @Override
        public RateStages convert(String text) {
            return parse(text);
        }
    }
}
