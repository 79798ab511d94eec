package dev.tern.server.boot.commands;

import dev.tern.client.InferException;
import dev.tern.client.InferRequest;
import dev.tern.client.InferResult;
import dev.tern.client.Tensor;
import dev.tern.client.TernClient;
import dev.tern.server.boot.process.Logging;
import io.grpc.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tern infer}: the first request a newcomer sends, over the client library that a service would use. */
@Command(
        name = "infer",
        description = "Have the demo model 'ranker' score candidates for one user and show the best of them.")
final class InferCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int SHOWN = 10;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int MOST_CANDIDATES = 256;

    @Spec
    private CommandSpec spec;

    @Option(names = "--target", paramLabel = "HOST:PORT", description = "The server. [${DEFAULT-VALUE}]")
    private String target = "localhost:8001";

    @Option(
            names = "--candidates",
            paramLabel = "N",
            description = "How many candidates to score in one request, from 1 to 256. [${DEFAULT-VALUE}]")
    private int candidates = 200;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "How often to send the request, for its latency. [${DEFAULT-VALUE}]")
    private int repeat = 50;

    @Override
    public Integer call() throws IOException {
        String wrong = usageError();
        if (!wrong.isEmpty()) {
            complain(wrong);
            return USAGE;
        }
        Logging.none();
        DemoCandidates demo = DemoCandidates.read(candidates);
        try (TernClient client = TernClient.builder(target).build()) {
            show(client, demo);
            return 0;
        } catch (InferException e) {
            complain(target + ": " + Target.reason(e)
                    + (e.code() == Status.Code.UNAVAILABLE ? " (is tern serve --demo running there?)" : ""));
            return FAILED;
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Another model by the name of ranker.
            complain(target + ": " + e.getMessage());
            return FAILED;
        }
    }

    /** What is wrong with the options; empty for nothing. */
    private String usageError() {
        if (candidates < 1 || candidates > MOST_CANDIDATES) {
            return "--candidates: " + candidates + " (expected: 1 to " + MOST_CANDIDATES + ")";
        }
        if (repeat < 1) {
            return "--repeat: " + repeat + " (expected: >= 1)";
        }
        return Target.problem(target);
    }

    private void complain(String what) {
        spec.commandLine().getErr().println("tern infer: " + what);
    }

    private void show(TernClient client, DemoCandidates demo) {
        InferRequest request = InferRequest.model("ranker")
                .input("dense", Tensor.of(demo.dense(), demo.size(), DemoCandidates.DENSE))
                .input("categorical", Tensor.of(demo.categorical(), demo.size(), DemoCandidates.CATEGORICAL))
                .build();
        long[] nanos = new long[repeat];
        InferResult result = send(client, request, nanos, 0);
        for (int i = 1; i < repeat; i++) {
            result = send(client, request, nanos, i);
        }
        float[] scores = result.output("probability").asFloats();
        PrintWriter out = spec.commandLine().getOut();
        out.println("ranker version " + result.modelVersion() + " on " + target + ": " + scores.length
                + " candidates for one user, the best " + Math.min(SHOWN, scores.length));
        out.println();
        out.print(table(demo, scores));
        out.println();
        out.println(latency(nanos));
        out.flush();
    }

    private static InferResult send(TernClient client, InferRequest request, long[] nanos, int index) {
        long start = System.nanoTime();
        InferResult result = client.infer(request);
        nanos[index] = System.nanoTime() - start;
        return result;
    }

    private static TextTable table(DemoCandidates demo, float[] scores) {
        TextTable table = new TextTable("RANK", "CANDIDATE", "CLICK PROBABILITY", "");
        List<Integer> order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                .limit(SHOWN)
                .toList();
        for (int rank = 0; rank < order.size(); rank++) {
            float score = scores[order.get(rank)];
            table.add(
                    Integer.toString(rank + 1),
                    demo.name(order.get(rank)),
                    String.format(Locale.ROOT, "%.4f", score),
                    "#".repeat(Math.round(score * 40)));
        }
        return table;
    }

    private static String latency(long[] nanos) {
        long first = nanos[0];
        long[] sorted = Arrays.stream(nanos).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "latency of the whole call: first %.2f ms, median of %d %.2f ms, best %.2f ms",
                first / NANOS_PER_MILLI,
                sorted.length,
                sorted[sorted.length / 2] / NANOS_PER_MILLI,
                sorted[0] / NANOS_PER_MILLI);
    }
}
