package dev.tern.server.boot.checks;

import dev.tern.proto.inference.ModelInput;
import dev.tern.server.boot.checks.RowFinding.Verdict;
import dev.tern.server.boot.warmup.NoCaller;
import dev.tern.server.cache.CacheControl;
import dev.tern.server.engine.Deviation;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.repository.config.DataTypes;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.RowSlices;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Sends a loaded model random batches, then each of their rows alone, and compares the answers: what {@code
 * tern.cache.rows} claims is that they are the same. Rows of {@code model_warmup} samples are tried, too. The requests go
 * the way of any other, past the cache.
 */
public final class RowCheck {
    /** Any fixed number: two checks of one model find the same. */
    private static final long SEED = 23;

    private static final int MOST_ROWS = 16;
    private static final int BATCHES = 4;

    /** Of all inputs together; larger batches are made of fewer rows. */
    private static final long MOST_ELEMENTS = 1 << 22;

    /** Of a single row; there are two in the smallest batch, and each in its answers. */
    private static final long MOST_ROW_ELEMENTS = 1 << 24;

    /** Sizes tried for dimensions that vary. */
    private static final long[] SIZES = {4, 16, 1};

    /** Whole numbers may be ids, of which a model knows few or many. */
    private static final int[] BOUNDS = {2, 8, 1000};

    private static final Map<String, Object> PAST_THE_CACHE = Map.of(CacheControl.PARAMETER, "bypass");

    private final ServedVersion served;
    private final double tolerance;
    private final Random random = new Random(SEED);
    private Deviation worst = Deviation.NONE;
    private int compared;
    private String failure = "there is nothing to try";

    /** @param tolerance how far two numbers may be apart, as a share of the larger one or of 1 */
    public RowCheck(ServedVersion served, double tolerance) {
        this.served = served;
        this.tolerance = tolerance;
    }

    /** Tries one batch after the other; on this thread, waiting for each answer. */
    public RowFinding find() throws InterruptedException {
        if (served.config().hasSequenceBatching()) {
            return RowFinding.unknown("its requests have one row: it has sequence_batching");
        }
        if (served.config().getMaxBatchSize() == 0) {
            return RowFinding.unknown("requests have no batch dimension: max_batch_size is 0");
        }
        if (inputs().stream().allMatch(TensorSpec::optional)) {
            return RowFinding.unknown("no input has to be given, so that a request may have no rows");
        }
        String wrong = tryRandom();
        for (List<Tensor> batch : SampleBatches.of(served.samples(), mostRows(), random)) {
            wrong = wrong.isEmpty() ? tryBatch(batch) : wrong;
        }
        if (!wrong.isEmpty()) {
            return new RowFinding(Verdict.NOT_ROW_WISE, compared, worst, wrong);
        }
        return compared == 0
                ? RowFinding.unknown("no row could be run, give model_warmup samples (" + failure + ")")
                : new RowFinding(Verdict.ROW_WISE, compared, worst, "");
    }

    private String tryRandom() throws InterruptedException {
        RandomRows rows = new RandomRows(inputs(), random);
        String wrong = "";
        for (int bound : BOUNDS) {
            for (long size : rows.vary() ? SIZES : new long[] {1}) {
                double elements = rows.rowElements(size);
                if (elements > MOST_ROW_ELEMENTS) {
                    failure = String.format(
                            Locale.ROOT,
                            "a row has %.0f elements, at most %d are made up",
                            elements,
                            MOST_ROW_ELEMENTS);
                    continue;
                }
                // Fewer than two rows in a batch say nothing of each other.
                int least = Math.min(2, mostRows());
                int most = (int) Math.max(least, Math.min(mostRows(), MOST_ELEMENTS / elements));
                for (int i = 0; i < BATCHES && wrong.isEmpty(); i++) {
                    wrong = tryBatch(rows.batch(rowCount(i, most), size, bound));
                }
            }
        }
        return wrong;
    }

    private int mostRows() {
        return Math.min(MOST_ROWS, served.config().getMaxBatchSize());
    }

    /** The first batch is as large as they get, the others of any size. */
    private int rowCount(int batch, int most) {
        return batch == 0 || most < 2 ? most : 2 + random.nextInt(most - 1);
    }

    private List<TensorSpec> inputs() {
        return served.config().getInputList().stream().map(RowCheck::input).toList();
    }

    private static TensorSpec input(ModelInput input) {
        Shape row =
                Shape.of(input.getDimsList().stream().mapToLong(Long::longValue).toArray());
        return new TensorSpec(
                input.getName(),
                DataTypes.ofConfig(input.getDataType()),
                row.rows(Shape.VARIABLE),
                input.getOptional());
    }

    /** What shows that the model is not row-wise; empty for nothing. */
    private String tryBatch(List<Tensor> batch) throws InterruptedException {
        int rows = Math.toIntExact(batch.get(0).shape().dim(0));
        Answer together = send(batch);
        List<RowSlices> slices =
                batch.stream().map(input -> RowSlices.of(input, 1)).toList();
        List<Answer> alone = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int row = i;
            Answer answer = send(slices.stream().map(each -> each.slice(row)).toList());
            if (!answer.problem.isEmpty()) {
                failure = answer.problem;
                return together.problem.isEmpty() ? rows + " rows run together, but not each alone: " + failure : "";
            }
            alone.add(answer);
        }
        return together.problem.isEmpty()
                ? compare(alone, together)
                : rows + " rows run alone, but not together: " + together.problem;
    }

    private String compare(List<Answer> alone, Answer together) {
        int rows = alone.size();
        for (int output = 0; output < together.outputs.size(); output++) {
            Tensor whole = together.outputs.get(output);
            if (whole.shape().rank() == 0 || whole.shape().dim(0) != rows) {
                return "output '" + whole.name() + "' has shape " + whole.shape() + " for " + rows + " rows";
            }
            RowSlices slices = RowSlices.of(whole, 1);
            Deviation apart = Deviation.NONE;
            for (int row = 0; row < rows; row++) {
                apart = apart.or(Deviation.between(alone.get(row).outputs.get(output), slices.slice(row)));
            }
            worst = worst.or(apart);
            if (!apart.isWithin(tolerance)) {
                return "output '" + whole.name() + "' of a row differs alone and in a batch of " + rows;
            }
        }
        compared += rows > 1 || mostRows() == 1 ? rows : 0;
        return "";
    }

    private Answer send(List<Tensor> inputs) throws InterruptedException {
        Answer answer = new Answer();
        InferenceRequest request =
                new InferenceRequest(served.model(), "", inputs, List.of(), PAST_THE_CACHE, NoCaller.INSTANCE);
        Predictor predictor = served.predictor();
        predictor.predict(request, answer);
        try {
            var unused = answer.done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails it", e);
        }
        return answer;
    }

    private static Tensor copy(Tensor tensor) {
        byte[] bytes = new byte[Math.toIntExact(tensor.data().size())];
        tensor.data().copyTo(0, ByteBuffer.wrap(bytes));
        return new Tensor(tensor.name(), tensor.type(), tensor.shape(), HeapPayload.wrap(bytes));
    }

    /** Read by the thread that waits, after {@link #done}. */
    private static final class Answer implements Reply {
        final CompletableFuture<Boolean> done = new CompletableFuture<>();
        List<Tensor> outputs = List.of();
        String problem = "";

        @Override
        public void succeed(InferenceResponse response) {
            try {
                outputs = response.outputs().stream().map(RowCheck::copy).toList();
            } catch (ArithmeticException | OutOfMemoryError e) {
                problem = "the answer is too large to be compared";
            } finally {
                response.release();
                // Whatever happened, somebody waits.
                done.complete(true);
            }
        }

        @Override
        public void fail(Failure failure) {
            problem = failure.message();
            done.complete(false);
        }
    }
}
