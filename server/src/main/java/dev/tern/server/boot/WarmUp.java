package dev.tern.server.boot;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelWarmup;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.config.DataTypes;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Runs a model's {@code model_warmup} samples on each instance before the version takes requests. */
final class WarmUp {
    /** Any fixed number: two starts warm up with the same data. */
    private static final long SEED = 17;

    private final ModelConfig config;
    private final Path modelDirectory;

    WarmUp(ModelConfig config, Path modelDirectory) {
        this.config = config;
        this.modelDirectory = modelDirectory;
    }

    /** Single rows made from the samples that describe every input, for the batch probe. */
    List<List<Tensor>> rows() throws VersionLoadException {
        List<List<Tensor>> rows = new ArrayList<>();
        for (ModelWarmup sample : config.getModelWarmupList()) {
            if (sample.getBatchSize() > 0) {
                rows.add(tensors(sample, 1));
            }
        }
        return rows;
    }

    /** Runs every sample {@code count} times on {@code instance}. The answers are not looked at. */
    void run(Instance instance) throws VersionLoadException {
        for (ModelWarmup sample : config.getModelWarmupList()) {
            if (sample.getBatchSize() == 0) {
                continue;
            }
            BatchItem item = new BatchItem(sample.getBatchSize(), tensors(sample, sample.getBatchSize()), List.of());
            for (int i = 0; i < Math.max(1, sample.getCount()); i++) {
                run(instance, sample, item);
            }
        }
    }

    private static void run(Instance instance, ModelWarmup sample, BatchItem item) throws VersionLoadException {
        try {
            instance.run(List.of(item)).get(0).forEach(output -> output.data().release());
        } catch (EngineException e) {
            throw new VersionLoadException("warm-up sample '" + sample.getName() + "' fails: " + e.reason(), e);
        }
    }

    private List<Tensor> tensors(ModelWarmup sample, int rows) throws VersionLoadException {
        List<Tensor> tensors = new ArrayList<>();
        for (String name :
                config.getInputList().stream().map(each -> each.getName()).toList()) {
            ModelWarmup.Input input = sample.getInputsMap().get(name);
            if (input != null) {
                tensors.add(tensor(sample, name, input, rows));
            }
        }
        return tensors;
    }

    private Tensor tensor(ModelWarmup sample, String name, ModelWarmup.Input input, int rows)
            throws VersionLoadException {
        DataType type = DataTypes.ofConfig(input.getDataType());
        Shape row =
                Shape.of(input.getDimsList().stream().mapToLong(Long::longValue).toArray());
        Shape shape = config.getMaxBatchSize() > 0 ? row.rows(rows) : row;
        int copies = config.getMaxBatchSize() > 0 ? rows : 1;
        byte[] one = data(sample, name, input, type, row);
        byte[] all = new byte[Math.multiplyExact(one.length, copies)];
        for (int i = 0; i < copies; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return new Tensor(name, type, shape, HeapPayload.wrap(all));
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
                ? new byte[elements * type.elementSize()]
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
        Path file = modelDirectory.resolve("warmup").resolve(input.getInputDataFile());
        try {
            byte[] data = Files.readAllBytes(file);
            if (type.hasFixedSize() && data.length != elements * type.elementSize()) {
                throw new VersionLoadException("warm-up sample '" + sample.getName() + "', input '" + name
                        + "': the file warmup/" + input.getInputDataFile() + " has " + data.length
                        + " bytes, expected " + elements * type.elementSize());
            }
            return data;
        } catch (IOException e) {
            throw new VersionLoadException(
                    "warm-up sample '" + sample.getName() + "', input '" + name + "': the file warmup/"
                            + input.getInputDataFile() + " cannot be read",
                    e);
        }
    }
}
