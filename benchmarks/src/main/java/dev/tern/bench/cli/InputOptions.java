package dev.tern.bench.cli;

import dev.tern.bench.input.NamedRange;
import dev.tern.bench.input.NamedShape;
import java.util.ArrayList;
import java.util.List;
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
                    + " Default: 1 for each variable dimension.")
    List<NamedShape> shapes = new ArrayList<>();

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
}
