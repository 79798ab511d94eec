package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Joining.Axes;
import dev.tern.server.engine.Joining.BatchInput;
import dev.tern.server.engine.Joining.Padding;
import dev.tern.server.engine.PaddingObserver;
import dev.tern.server.engine.UnreadableInputException;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.ElementBits;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import dev.tern.server.tensor.UnreadableException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins inputs that differ in more than their rows: padded to the longest item of the batch, one after another, or made
 * from the others. Padded only as far as this batch needs, for ONNX Runtime gains nothing from rounder sizes.
 */
final class JoiningGather implements Feed {
    private static final Axes NO_AXES = new Axes(List.of());
    private static final byte[] NO_PATTERN = {};

    private final Joining joining;
    private final List<Port> ports;
    private final Gather gather;
    private final PaddingObserver observer;
    private final Map<String, byte[]> patterns = new HashMap<>();
    private final Map<String, byte[]> ones = new HashMap<>();
    private final Map<String, BatchInput> batchInputs = new HashMap<>();
    private long real;
    private long whole;

    JoiningGather(Joining joining, List<Port> ports, Gather gather, PaddingObserver observer) {
        this.joining = joining;
        this.ports = ports;
        this.gather = gather;
        this.observer = observer;
        for (Port port : ports) {
            TensorSpec spec = port.spec();
            Padding padding = joining.padded().get(spec.name());
            patterns.put(spec.name(), pattern(spec.type(), padding == null ? 0 : padding.bits()));
            if (joining.masks().containsKey(spec.name())) {
                ones.put(spec.name(), pattern(spec.type(), ElementBits.parse(spec.type(), "1")));
            }
        }
        joining.batchInputs().forEach(each -> batchInputs.put(each.target(), each));
    }

    private static byte[] pattern(DataType type, long bits) {
        return type.hasFixedSize() ? PadWriters.pattern(bits, type.elementSize()) : NO_PATTERN;
    }

    @Override
    public Map<String, OnnxTensor> fill(List<BatchItem> batch, int rows) throws EngineException, OrtException {
        BatchLengths lengths = BatchLengths.of(batch, joining);
        List<Tensor> first = batch.get(0).inputs();
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>(2 * ports.size());
        real = 0;
        whole = 0;
        int brought = 0;
        for (int port = 0; port < ports.size(); port++) {
            int input = indexOf(first, ports.get(port).spec().name());
            brought += input >= 0 ? 1 : 0;
            OnnxTensor tensor =
                    input >= 0 ? brought(batch, input, port, rows, lengths) : made(batch, port, rows, lengths);
            if (tensor != null) {
                inputs.put(ports.get(port).sessionName(), tensor);
            }
        }
        if (brought < first.size()) {
            throw new EngineException("the request brings an input twice, or one that the model does not have");
        }
        if (whole > 0) {
            observer.joined(real, whole - real);
        }
        return inputs;
    }

    private static int indexOf(List<Tensor> inputs, String name) {
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private OnnxTensor brought(List<BatchItem> batch, int input, int port, int rows, BatchLengths lengths)
            throws EngineException, OrtException {
        Tensor first = batch.get(0).inputs().get(input);
        if (joining.ragged().contains(first.name())) {
            return gather.join(batch, input, port, Shape.of(elements(batch, input)));
        }
        Padding padding = joining.padded().get(first.name());
        if (padding == null) {
            Shape shape =
                    batch.size() == 1 ? first.shape() : first.shape().row().rows(rows);
            return gather.join(batch, input, port, shape);
        }
        Shape shape = lengths.padded(first.shape(), padding.axes(), rows);
        long own = elements(batch, input);
        real += own;
        whole += shape.elements();
        return own == shape.elements() ? gather.join(batch, input, port, shape) : padded(batch, input, port, shape);
    }

    private static long elements(List<BatchItem> batch, int input) {
        long elements = 0;
        for (int i = 0; i < batch.size(); i++) {
            elements += batch.get(i).inputs().get(input).shape().elements();
        }
        return elements;
    }

    private OnnxTensor padded(List<BatchItem> batch, int input, int port, Shape shape)
            throws EngineException, OrtException {
        TensorSpec spec = ports.get(port).spec();
        if (!spec.type().hasFixedSize()) {
            return gather.texts(paddedTexts(batch, input, shape), shape);
        }
        ByteBuffer buffer = gather.bufferFor(port, shape);
        byte[] pattern = patterns.getOrDefault(spec.name(), NO_PATTERN);
        for (int i = 0; i < batch.size(); i++) {
            Tensor tensor = batch.get(i).inputs().get(input);
            try {
                PaddedWalk.walk(
                        tensor.shape(),
                        block(shape, tensor.shape()),
                        PadWriters.bytes(
                                tensor.data(), buffer, pattern, spec.type().elementSize()));
            } catch (UnreadableException e) {
                throw new UnreadableInputException(i, e);
            }
        }
        return gather.written(port, shape);
    }

    private static String[] paddedTexts(List<BatchItem> batch, int input, Shape shape) throws EngineException {
        List<String> all = new ArrayList<>();
        for (BatchItem item : batch) {
            Tensor tensor = item.inputs().get(input);
            PaddedWalk.walk(tensor.shape(), block(shape, tensor.shape()), PadWriters.texts(tensor, all));
        }
        return all.toArray(new String[0]);
    }

    /** An item's part of a run's tensor of {@code shape}. */
    private static Shape block(Shape shape, Shape own) {
        return shape.row().rows(own.dim(0));
    }

    /** An input that the request did not bring; null if nothing makes it. */
    private @Nullable OnnxTensor made(List<BatchItem> batch, int port, int rows, BatchLengths lengths)
            throws EngineException, OrtException {
        TensorSpec spec = ports.get(port).spec();
        BatchInput batchInput = batchInputs.get(spec.name());
        if (batchInput != null) {
            BatchTensors values = BatchTensors.of(batchInput, batch);
            values.write(spec.type(), gather.bufferFor(port, values.shape()));
            return gather.written(port, values.shape());
        }
        String source = joining.masks().get(spec.name());
        int input = source == null ? -1 : indexOf(batch.get(0).inputs(), source);
        return source == null || input < 0 ? null : mask(batch, port, source, input, rows, lengths);
    }

    private OnnxTensor mask(List<BatchItem> batch, int port, String source, int input, int rows, BatchLengths lengths)
            throws EngineException, OrtException {
        TensorSpec spec = ports.get(port).spec();
        int rank = spec.shape().rank();
        Padding padding = joining.padded().get(source);
        Shape first = leading(batch.get(0).inputs().get(input).shape(), rank);
        Shape shape =
                batch.size() == 1 ? first : lengths.padded(first, padding == null ? NO_AXES : padding.axes(), rows);
        ByteBuffer buffer = gather.bufferFor(port, shape);
        PaddedWalk.Visitor writer = PadWriters.mask(
                buffer,
                ones.getOrDefault(spec.name(), NO_PATTERN),
                patterns.getOrDefault(spec.name(), NO_PATTERN),
                spec.type().elementSize());
        for (int i = 0; i < batch.size(); i++) {
            Shape own = leading(batch.get(i).inputs().get(input).shape(), rank);
            PaddedWalk.walk(own, batch.size() == 1 ? own : block(shape, own), writer);
        }
        return gather.written(port, shape);
    }

    /** The first {@code rank} dimensions of {@code shape}: a mask may leave out those of each position's features. */
    private static Shape leading(Shape shape, int rank) {
        return rank >= shape.rank() ? shape : Shape.of(Arrays.copyOf(shape.toArray(), rank));
    }

    @Override
    public void release() {
        gather.release();
    }

    @Override
    public void close() {
        gather.close();
    }
}
