package dev.tern.bench.cli;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How often and how long is measured, in all commands that measure servers over and over. */
final class TrialOptions {
    private static final Duration QUICK_DURATION = Duration.ofSeconds(1);
    private static final Duration QUICK_SETTLE = Duration.ofMillis(300);
    private static final Duration QUICK_WARM_UP = Duration.ofMillis(500);

    @Option(
            names = "--quick",
            description = "For a try: --repeat 1 --duration 1s --settle 300ms --model-warmup 500ms, where not given.")
    boolean quick;

    @Option(names = "--repeat", paramLabel = "N", description = "Repetitions that count. Default: ${DEFAULT-VALUE}.")
    int repeat;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Span.Converter.class,
            description = "How long each load is measured. Default: ${DEFAULT-VALUE}.")
    Span duration = Span.ofSeconds(3);

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            converter = Span.Converter.class,
            description = "How long it runs before that. Default: ${DEFAULT-VALUE}.")
    Span settle = Span.ofSeconds(1);

    @Option(
            names = {"--model-warmup", "--warmup"},
            paramLabel = "TIME",
            converter = Span.Converter.class,
            description = "How long each model of each server is loaded before anything is measured. Default:"
                    + " ${DEFAULT-VALUE}.")
    Span warmUp;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /**
     * What is not given otherwise.
     *
     * @param warmUpSeconds of each model
     */
    TrialOptions(int repeat, int warmUpSeconds) {
        this.repeat = repeat;
        this.warmUp = Span.ofSeconds(warmUpSeconds);
    }

    /** @throws IllegalArgumentException when it is not 1 or more */
    int repeat() {
        return quickly("--repeat") ? 1 : Allowed.atLeastOne("--repeat", repeat);
    }

    /** @throws IllegalArgumentException when it is zero */
    Duration duration() {
        if (quickly("--duration")) {
            return QUICK_DURATION;
        }
        Allowed.positive("--duration", duration.time());
        return duration.time();
    }

    Duration settle() {
        return quickly("--settle") ? QUICK_SETTLE : settle.time();
    }

    Duration warmUp() {
        return quickly("--model-warmup") ? QUICK_WARM_UP : warmUp.time();
    }

    /** Whether the command was asked for in its quick form. */
    boolean isQuick() {
        return quick;
    }

    private boolean quickly(String option) {
        return quick && !command.commandLine().getParseResult().hasMatchedOption(option);
    }
}
