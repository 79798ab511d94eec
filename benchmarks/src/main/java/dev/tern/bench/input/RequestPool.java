package dev.tern.bench.input;

import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The distinct requests of one model, encoded once and sent over and over, or made anew each time. Immutable. */
public final class RequestPool {
    private final Requests requests;
    private final PoolInfo info;
    private final @Nullable String digest;

    RequestPool(Requests requests, PoolInfo info) {
        this(requests, info, null);
    }

    /** @param digest of the inputs, where the requests do not hold them; null for what they hold */
    RequestPool(Requests requests, PoolInfo info, @Nullable String digest) {
        this.requests = requests;
        this.info = info;
        this.digest = digest;
    }

    /**
     * Makes requests that fit a model, or reads them where data are given. The same seed gives the same bytes. They may
     * take half of the heap.
     *
     * @throws InputException when no fitting input can be made or read, or they take too much memory
     */
    public static RequestPool of(RequestHead head, ModelInfo model, InputSettings settings, long seed) {
        if (settings.catalogue().isPresent()) {
            return CatalogueRequests.pool(
                    head, model, settings, settings.catalogue().get());
        }
        PoolBuilder pool = new PoolBuilder(head, model, Runtime.getRuntime().maxMemory() / 2);
        return settings.data()
                .map(data -> read(pool, model, data, settings.shapes()))
                .orElseGet(() -> made(pool, model, settings, seed));
    }

    /**
     * Makes random requests.
     *
     * @param rows the leading dimension of each
     * @param distinct how many requests, at least 1
     * @throws InputException when no fitting input can be made
     */
    public static RequestPool random(
            RequestHead head,
            ModelInfo model,
            int rows,
            List<GivenShape> shapes,
            List<NamedRange> ranges,
            int distinct,
            long seed) {
        return of(head, model, InputSettings.random(rows, shapes, ranges, distinct), seed);
    }

    /** How many distinct requests there are. */
    public int size() {
        return requests.size();
    }

    /** The request at this place, encoded; not to be changed. Any thread may ask. */
    public byte[] get(int index) {
        return requests.get(index);
    }

    /** How many rows the request at this place has. */
    public int rows(int index) {
        return requests.rows(index);
    }

    /** SHA-256, in hexadecimal, of their inputs, whatever model, version and parameters they name. */
    public String digest() {
        return digest == null ? PoolDigest.of(requests) : digest;
    }

    /** What they are, all together. */
    public PoolInfo info() {
        return info;
    }

    /** The inputs; dimensions are -1 where requests differ. */
    public List<TensorInfo> inputs() {
        return info.inputs();
    }

    /** What was drawn for the dimensions that are given by a distribution. */
    public List<DrawnLengths> lengths() {
        return info.lengths();
    }

    private static RequestPool made(PoolBuilder pool, ModelInfo model, InputSettings settings, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ShapeDraws draws = new ShapeDraws(settings.shapes());
        Filling filling = Filling.of(model, settings);
        for (int i = 0; i < settings.distinct(); i++) {
            List<FilledTensor> inputs = new ArrayList<>();
            for (InputTensor each : InputPlan.of(model, settings.rows(), draws.next(random), settings.ranges())) {
                inputs.add(new FilledTensor(each.info(), filling.contents(each, random)));
            }
            pool.add(inputs);
        }
        return pool.built(draws.lengths());
    }

    private static RequestPool read(PoolBuilder pool, ModelInfo model, Path data, List<GivenShape> shapes) {
        DataShapes given = DataShapes.of(model, shapes);
        if (Files.isDirectory(data)) {
            pool.add(new DataFolder(data, model, given).request());
        } else {
            new DataFile(data, model, given).read(pool::add);
        }
        return pool.built(List.of());
    }
}
