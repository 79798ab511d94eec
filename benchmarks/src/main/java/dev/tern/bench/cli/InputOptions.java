package dev.tern.bench.cli;

import dev.tern.bench.input.GivenShape;
import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.NamedFile;
import dev.tern.bench.input.NamedRange;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.KeyChoice;
import dev.tern.bench.run.ModelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the requests hold. */
final class InputOptions {
    private static final int DISTINCT = 64;

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
            names = "--vocabulary",
            paramLabel = "INPUT:FILE",
            converter = Parsed.Files.class,
            description = "Values of one input, drawn from the lines of a file: texts for BYTES, else numbers. May be"
                    + " repeated.")
    List<NamedFile> vocabularies = new ArrayList<>();

    @Option(
            names = "--zero",
            description = "Zeros and empty texts instead of random values, but for inputs with a --vocabulary.")
    boolean zero;

    @Option(
            names = "--data",
            paramLabel = "FILE|DIR",
            description = "Read the requests instead of making them. A JSON file: {\"data\": [{\"INPUT\": [1, 2],"
                    + " ...}, ...]}, one request an element, sent in turn; an input is an array, nested or flat, or"
                    + " {\"content\": [...], \"shape\": [...]}, or {\"b64\": \"raw contents\"}; or one request as"
                    + " KServe's REST calls have it. Or a folder with a file for each input, named as the input: raw"
                    + " little-endian elements, for BYTES one text a line. Where no shape is given it follows from"
                    + " --shape, or from the number of elements.")
    @Nullable
    Path data;

    @Option(
            names = "--distinct",
            paramLabel = "N",
            description = "Different requests to make. All are held in memory, in up to half of the heap. A server with"
                    + " a response cache will know them all after the first turn: raise this, or turn its cache off."
                    + " Default: 64.")
    @Nullable
    Integer distinct;

    @Option(
            names = "--keys",
            paramLabel = "CHOICE",
            converter = Parsed.KeyChoices.class,
            description = "Which of the distinct requests is sent next: in-turn; uniform (each as likely); zipf(S), the"
                    + " k-th in proportion to 1/k^S, as in zipf(0.99) for a cache to be tested with."
                    + " Default: ${DEFAULT-VALUE}.")
    KeyChoice keys = KeyChoice.IN_TURN;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Makes inputs, random times and choices; the same seed gives the same."
                    + " Default: ${DEFAULT-VALUE}.")
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

    /** What is asked of the one model, or of each of a mix. */
    List<ModelSettings> models(TargetOptions target, Duration timeout) {
        if (target.mix == null) {
            return List.of(new ModelSettings(head(target.model(), target.modelVersion), settings(), keys, 1, timeout));
        }
        refuseInMix(target.model == null, "--model");
        refuseInMix(target.modelVersion.isEmpty(), "--model-version");
        refuseInMix(shapes.isEmpty(), "--shape");
        refuseInMix(ranges.isEmpty(), "--range");
        refuseInMix(vocabularies.isEmpty(), "--vocabulary");
        refuseInMix(data == null, "--data");
        return MixFile.read(target.mix, this, timeout);
    }

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

    private InputSettings settings() {
        if (data != null && distinct != null) {
            throw new IllegalArgumentException(
                    "--distinct and --data exclude each other: the requests are those of the data");
        }
        return new InputSettings(
                Allowed.atLeastOne("--rows", rows),
                shapes,
                ranges,
                vocabularies,
                zero,
                Optional.ofNullable(data),
                distinct());
    }

    int distinct() {
        return distinct == null ? DISTINCT : Allowed.atLeastOne("--distinct", distinct);
    }

    /** Of options that mean one model, of which a mix has several. */
    private static void refuseInMix(boolean missing, String option) {
        if (!missing) {
            throw new IllegalArgumentException(
                    option + " and --mix exclude each other: the file says that for each model");
        }
    }
}
