package dev.tern.bench.cli;

import dev.tern.bench.input.GivenShape;
import dev.tern.bench.input.NamedRange;
import dev.tern.bench.input.RequestHead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the requests hold. */
final class InputOptions {
    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "Rows a request: the first dimension of every input whose first dimension varies."
                    + " Default: ${DEFAULT-VALUE}.")
    int rows = 1;

    @Option(
            names = "--shape",
            paramLabel = "INPUT:D1,D2",
            converter = Parsed.Shapes.class,
            description = "Dimensions of one input, with or without the rows in front. May be repeated."
                    + " Instead of a number a dimension may be zipf(LO,HI), where small lengths are frequent (in"
                    + " proportion to 1/length; zipf(LO,HI,S): to 1/length^S), or uniform(LO,HI). The --distinct"
                    + " requests then differ in length, by the seed; within one request dimensions given by the same"
                    + " text are equal, as those of tokens and their mask must be."
                    + " Default: 1 for each variable dimension.")
    List<GivenShape> shapes = new ArrayList<>();

    @Option(
            names = "--range",
            paramLabel = "INPUT:LO,HI",
            converter = Parsed.Ranges.class,
            description = "Values of one input: whole numbers from LO to HI, floats from LO to below HI, a BYTES input"
                    + " as decimal text. May be repeated. Default: whole numbers 0 to 9, or 1 where the input's name"
                    + " contains \"mask\"; floats 0 to 1; BYTES of 8 letters.")
    List<NamedRange> ranges = new ArrayList<>();

    @Option(
            names = "--distinct",
            paramLabel = "N",
            description = "Different requests, sent in turn. A server with a response cache will know them all after"
                    + " the first turn: raise this, or turn its cache off. Default: ${DEFAULT-VALUE}.")
    int distinct = 64;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Makes inputs and Poisson times; the same seed gives the same. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(
            names = "--priority",
            paramLabel = "N",
            description = "The requests' parameter priority: 1 is the highest level, 0 the model's default."
                    + " Default: not sent.")
    @Nullable
    Long priority;

    @Option(
            names = "--queue-timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "The requests' parameter timeout: how long the server may let one wait, if the model's queue"
                    + " policy lets requests say so. Not their deadline, which is --timeout. Default: not sent.")
    @Nullable
    Duration queueTimeout;

    RequestHead head(String model, String version) {
        if (priority != null) {
            Allowed.require(priority >= 0, "--priority", priority, "0 or more");
        }
        if (queueTimeout != null) {
            Allowed.positive("--queue-timeout", queueTimeout);
        }
        return new RequestHead(
                model,
                version,
                priority == null ? OptionalLong.empty() : OptionalLong.of(priority),
                Optional.ofNullable(queueTimeout));
    }
}
