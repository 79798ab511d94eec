package dev.tern.bench.cli;

import dev.tern.bench.compare.Contest;
import dev.tern.bench.compare.Duel;
import dev.tern.bench.compare.DuelJson;
import dev.tern.bench.compare.DuelTable;
import dev.tern.bench.compare.Round;
import dev.tern.bench.compare.ServedSides;
import dev.tern.bench.compare.Side;
import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Objective;
import dev.tern.bench.report.Judgements;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSequence;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench ab}: two targets within one run. */
@Command(
        name = "ab",
        description = {
            "Compares two servers, or two models, by turns, so that a drifting machine does not decide.",
            "",
            "A round is four slices: A, B, B, A. Its ratio is B's mean over A's: what drifts evenly weighs as much on"
                    + " either. Reported is the median of the rounds' ratios with the interval that holds the true"
                    + " median with a confidence of 95%%; where 1 lies in it, no difference was shown. Only the side"
                    + " whose turn it is gets requests.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench ab --target HOST:PORT --model NAME --versus HOST:PORT [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  every round was measured, and what is asserted holds",
            "  1  an assertion does not hold, or the measurement was interrupted",
            "  2  the command line asks for something that cannot be",
            "  3  a server cannot be reached, or a model is unknown or not ready",
            "",
            "Examples:",
            "  tern-bench ab --target localhost:8001 --versus localhost:9001 --model ranker",
            "  tern-bench ab --target localhost:8001 --model ranker \\",
            "      --versus-model ranker_unbatched --rate 500 --slice 5s --rounds 20",
            "  tern-bench ab --target localhost:8001 --versus localhost:9001 \\",
            "      --model ranker --assert 'p99<=1.1x,rate>=0.95x'"
        })
final class AbCommand implements Callable<Integer> {
    @ArgGroup(validate = false, heading = "%nTarget A:%n", order = 1)
    private TargetOptions target = new TargetOptions();

    @ArgGroup(validate = false, heading = "%nRequests:%n", order = 2)
    private InputOptions input = new InputOptions();

    @ArgGroup(validate = false, heading = "%nComparison:%n", order = 3)
    private AbOptions ab = new AbOptions();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write every slice as JSON too; '-' for standard output.")
    @Nullable
    String json;

    @Option(names = "--quiet", description = "Say nothing while the load runs.")
    boolean quiet;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private AbCommand() {}

    @Override
    public Integer call() throws IOException {
        ProbeSettings a = new ProbeSettings(target, input, ab.settle, ab.slice, ab.timeout);
        ProbeSettings b = new ProbeSettings(ab.versus(target), input, ab.settle, ab.slice, ab.timeout);
        check(a);
        RunSequence runs = new RunSequence(new Live(spec.commandLine().getErr(), quiet, Optional.empty()));
        ServedSides sides = new ServedSides((side, seed) -> (side == Side.A ? a : b).with(ab.load(seed)), runs);
        return new Guard(spec)
                .run(
                        runs::stop,
                        () -> a.warmUp(runs, ab.warmUp) && b.warmUp(runs, ab.warmUp)
                                ? reported(sides)
                                : ExitCode.FAILED);
    }

    private void check(ProbeSettings settings) {
        try {
            ab.check();
            if (json != null && !json.equals("-")) {
                ReportOptions.writable("--json", Path.of(json));
            }
            Object unused = settings.with(ab.load(input.seed));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int reported(ServedSides sides) throws IOException {
        boolean jsonOnly = "-".equals(json);
        PrintWriter text =
                jsonOnly ? spec.commandLine().getErr() : spec.commandLine().getOut();
        List<Round> rounds = new Duel(sides, ab.rounds, input.seed, round -> {}).run();
        List<Judgement> judgements = Contest.judge(Objective.all(ab.asserted), rounds);
        text.print(DuelTable.of(rounds));
        text.print(Judgements.text(judgements));
        text.flush();
        Optional<RunResult> a = sides.last(Side.A);
        Optional<RunResult> b = sides.last(Side.B);
        if (json != null && a.isPresent() && b.isPresent()) {
            write(jsonOnly, DuelJson.of(rounds, judgements, a.get(), b.get(), VersionText.version()));
        }
        return rounds.size() == ab.rounds && holds(judgements, rounds) ? ExitCode.OK : ExitCode.FAILED;
    }

    private boolean holds(List<Judgement> judgements, List<Round> rounds) {
        boolean excused = judgements.isEmpty() || Objective.all(ab.asserted).judgesErrors();
        return (excused || rounds.stream().noneMatch(Round::hasErrors))
                && judgements.stream().allMatch(Judgement::met);
    }

    private void write(boolean jsonOnly, String report) throws IOException {
        if (jsonOnly) {
            spec.commandLine().getOut().print(report);
            spec.commandLine().getOut().flush();
        } else if (json != null) {
            Files.writeString(Path.of(json), report);
        }
    }
}
