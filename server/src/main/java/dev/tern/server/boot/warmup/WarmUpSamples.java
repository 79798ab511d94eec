package dev.tern.server.boot.warmup;

import dev.tern.proto.inference.ModelWarmup;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.admission.Validation;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.SampleRows;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.config.DataTypes;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Makes requests from {@code model_warmup} samples; they are held to what any request is held to. */
final class WarmUpSamples {
    /** Any fixed number: two starts warm up with the same data. */
    private static final long SEED = 17;

    /** No dimension that varies is made larger, and no text longer. */
    private static final int MADE_UP_SIZE = 16;

    /** There are up to a dozen rows at once. */
    private static final double MOST_MADE_UP_BYTES = 4 << 20;

    private static final String NO_ID = "[request id: <id_unknown>] ";

    private final ModelContract contract;
    private final Path modelDirectory;

    WarmUpSamples(ModelContract contract, Path modelDirectory) {
        this.contract = contract;
        this.modelDirectory = modelDirectory;
    }

    /** The sample's data {@code rows} times over, in the shapes that the model takes. */
    BatchItem item(ModelWarmup sample, int rows) throws VersionLoadException {
        return new BatchItem(rows, valid(sample, request(sample, rows)), List.of());
    }

    /** As {@link #item}, in the shapes in which callers send them. */
    List<Tensor> request(ModelWarmup sample, int rows) throws VersionLoadException {
        boolean batched = contract.maxBatchSize() > 0;
        List<Tensor> tensors = new ArrayList<>();
        for (Map.Entry<String, ModelWarmup.Input> each : new TreeMap<>(sample.getInputsMap()).entrySet()) {
            tensors.add(tensor(sample, each.getKey(), each.getValue(), batched ? rows : 1, batched));
        }
        return tensors;
    }

    /** One row of each of a few kinds of made-up data; none where a row is large. */
    List<List<Tensor>> madeUp() {
        double bytes = 0;
        for (TensorSpec input : contract.callersInputs()) {
            double elements = 1;
            for (long dim : input.shape().toArray()) {
                elements *= dim == Shape.VARIABLE ? MADE_UP_SIZE : dim;
            }
            bytes += elements * (input.type().hasFixedSize() ? input.type().elementSize() : MADE_UP_SIZE);
        }
        if (bytes > MOST_MADE_UP_BYTES) {
            return List.of();
        }
        return SampleRows.trials(contract.callersInputs(), 1).stream()
                .map(trial -> trial.get(0))
                .toList();
    }

    private List<Tensor> valid(ModelWarmup sample, List<Tensor> tensors) throws VersionLoadException {
        Outcome outcome = new Outcome();
        InferenceRequest request =
                new InferenceRequest(contract.model(), "", tensors, List.of(), Map.of(), NoCaller.INSTANCE);
        new Validation(contract, outcome).predict(request, outcome);
        if (!outcome.problem.isEmpty()) {
            throw new VersionLoadException(
                    "warm-up sample '" + sample.getName() + "' does not fit the model: " + outcome.problem);
        }
        return outcome.inputs;
    }

    private Tensor tensor(ModelWarmup sample, String name, ModelWarmup.Input input, int copies, boolean batched)
            throws VersionLoadException {
        DataType type = DataTypes.ofConfig(input.getDataType());
        Shape row =
                Shape.of(input.getDimsList().stream().mapToLong(Long::longValue).toArray());
        byte[] one = data(sample, name, input, type, row);
        byte[] all = new byte[Math.multiplyExact(one.length, copies)];
        for (int i = 0; i < copies; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return new Tensor(name, type, batched ? row.rows(copies) : row, HeapPayload.wrap(all));
    }

    private byte[] data(ModelWarmup sample, String name, ModelWarmup.Input input, DataType type, Shape row)
            throws VersionLoadException {
        int elements = Math.toIntExact(row.elements());
        return switch (input.getInputDataTypeCase()) {
            case ZERO_DATA, INPUTDATATYPE_NOT_SET -> zeros(type, elements);
            case RANDOM_DATA -> random(type, elements);
            case INPUT_DATA_FILE -> file(sample, name, input, type, elements);
        };
    }

    private static byte[] zeros(DataType type, int elements) {
        return type.hasFixedSize()
                ? new byte[Math.multiplyExact(elements, type.elementSize())]
                : BytesElements.write(Collections.nCopies(elements, new byte[0]));
    }

    /** Random bits, as Triton's; texts are empty. */
    private static byte[] random(DataType type, int elements) {
        byte[] data = zeros(type, elements);
        if (type.hasFixedSize()) {
            new Random(SEED).nextBytes(data);
        }
        if (type == DataType.BOOL) {
            for (int i = 0; i < data.length; i++) {
                data[i] = (byte) (data[i] & 1);
            }
        }
        return data;
    }

    private byte[] file(ModelWarmup sample, String name, ModelWarmup.Input input, DataType type, int elements)
            throws VersionLoadException {
        String file = "warmup/" + input.getInputDataFile();
        String subject = "warm-up sample '" + sample.getName() + "', input '" + name + "': the file " + file;
        try {
            byte[] data = Files.readAllBytes(modelDirectory.resolve(file));
            if (type.hasFixedSize() && data.length != elements * type.elementSize()) {
                throw new VersionLoadException(
                        subject + " has " + data.length + " bytes, expected " + elements * type.elementSize());
            }
            return data;
        } catch (IOException e) {
            throw new VersionLoadException(subject + " cannot be read", e);
        }
    }

    /** What validation made of a sample: the inputs as the model takes them, or what is wrong with them. */
    private static final class Outcome implements Predictor, Reply {
        private List<Tensor> inputs = List.of();
        private String problem = "";

        @Override
        public void predict(InferenceRequest request, Reply reply) {
            inputs = request.inputs();
        }

        @Override
        public void succeed(InferenceResponse response) {
            throw new IllegalStateException("nothing was run");
        }

        @Override
        public void fail(Failure failure) {
            problem = failure.message().replace(NO_ID, "");
        }
    }
}
