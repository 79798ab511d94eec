package dev.tern.bench.cli;

import dev.tern.bench.simulator.Comparison;
import dev.tern.bench.simulator.Result;
import dev.tern.bench.simulator.ResultJson;
import dev.tern.bench.simulator.ResultTable;
import dev.tern.bench.simulator.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench simulate}: batching policies compared without a server. */
@Command(
        name = "simulate",
        description = {
            "Compares batching policies by simulation: no server, no waiting, any number of instances.",
            "",
            "Every policy meets the same requests at the same times. What a run takes is given by --curve. The server's"
                    + " own scheduling code decides who waits, who runs together and who is refused.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench simulate --curve CURVE [OPTIONS]",
        footer = {
            "",
            "Policies:",
            "  none                           every request runs alone",
            "  fixed:2ms                      a window, no preferred sizes; 0 for none",
            "  triton:preferred=8+16,delay=1ms",
            "  adaptive                       the server finds window and batch size",
            "  adaptive:objective=20ms        the same, holding a latency; percentile=99",
            "  tuned                          the triton policy of the least p99 among 35",
            "Those may add queue=N (bound), objective=TIME (refuse what would be later) and",
            "admission=off (let everything in). To compare with, as servers do without them:",
            "  fifo, fifo:1000                first come, first served; bounded",
            "  lifo                           newest first that can still make it",
            "  codel:target=5ms,interval=100ms  drops by controlled delay",
            "",
            "Example:",
            "  tern-bench simulate --curve 1:1ms,8:1.4ms,64:5ms --instances 8 \\",
            "      --rates 30%%,90%%,300%% --deadline 50ms --policies none,fixed:2ms,adaptive"
        })
final class SimulateCommand implements Callable<Integer> {
    @ArgGroup(validate = false, heading = "%nMachine:%n", order = 1)
    private SimulatedMachine machine = new SimulatedMachine();

    @ArgGroup(validate = false, heading = "%nTraffic:%n", order = 2)
    private SimulatedTraffic traffic = new SimulatedTraffic();

    @ArgGroup(validate = false, heading = "%nPolicies and output:%n", order = 3)
    private Shown shown = new Shown();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private SimulateCommand() {}

    /** What is compared and written. */
    private static final class Shown {
        @Option(
                names = "--policies",
                paramLabel = "LIST",
                description = "Policies by commas, see below. Default: ${DEFAULT-VALUE}.")
        private String policies = "none,fixed:2ms,triton:preferred=8+16,delay=1ms,adaptive";

        @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON too.")
        private @Nullable Path json;
    }

    @Override
    public Integer call() throws IOException {
        Comparison comparison = comparison();
        ResultTable table = new ResultTable(comparison);
        PrintWriter out = spec.commandLine().getOut();
        out.print(ResultTable.title(comparison) + table.head());
        out.flush();
        List<Result> results = comparison.run(some -> {
            out.print(table.lines(some));
            out.flush();
        });
        if (shown.json != null) {
            Files.writeString(shown.json, ResultJson.of(comparison, results, VersionText.version()));
        }
        return ExitCode.OK;
    }

    private Comparison comparison() {
        try {
            machine.check();
            Scenario scenario = scenario();
            return new Comparison(
                    scenario,
                    traffic.loads(scenario.capacity()),
                    Comparison.policies(shown.policies),
                    Allowed.atLeastOne("--repeat", traffic.repeat));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Scenario scenario() {
        int requests = Allowed.atLeastOne("--requests", traffic.requests);
        return new Scenario(
                machine.curve(),
                machine.noise,
                Allowed.atLeastOne("--instances", machine.instances),
                Allowed.atLeastOne("--max-batch-size", machine.maxBatchSize),
                machine.maxPaddedElements,
                traffic.arrivals,
                traffic.rows,
                traffic.lengths,
                traffic.padding,
                traffic.deadline,
                traffic.objective.toNanos(),
                traffic.lowerShare(),
                requests + traffic.warmUp(),
                traffic.warmUp(),
                traffic.seed);
    }
}
