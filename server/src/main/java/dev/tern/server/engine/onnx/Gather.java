package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.UnreadableInputException;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.UnreadableException;
import dev.tern.server.tensor.Utf8Text;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Joins inputs that agree in everything but the rows. */
final class Gather implements Feed {
    private final OrtEnvironment environment;
    private final List<Port> ports;
    private final List<DirectTensor> buffers;
    private final List<OnnxTensor> temporary = new ArrayList<>();

    Gather(OrtEnvironment environment, List<Port> ports) {
        this.environment = environment;
        this.ports = ports;
        this.buffers = ports.stream().map(DirectTensor::new).toList();
    }

    @Override
    public Map<String, OnnxTensor> fill(List<BatchItem> batch, int rows) throws EngineException, OrtException {
        List<Tensor> first = batch.get(0).inputs();
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>(2 * first.size());
        int port = -1;
        for (int i = 0; i < first.size(); i++) {
            port = port(first.get(i).name(), port + 1);
            Shape shape = batch.size() == 1
                    ? first.get(i).shape()
                    : first.get(i).shape().withRows(rows);
            inputs.put(ports.get(port).sessionName(), join(batch, i, port, shape));
        }
        return inputs;
    }

    /** The place of the input {@code name}; most are the ones after the last. */
    private int port(String name, int likely) throws EngineException {
        for (int i = 0; i < ports.size(); i++) {
            int at = (likely + i) % ports.size();
            if (ports.get(at).spec().name().equals(name)) {
                return at;
            }
        }
        throw new EngineException("the model has no input '" + name + "'");
    }

    /** The items' inputs of index {@code input} one after another, as a tensor of {@code shape}. */
    OnnxTensor join(List<BatchItem> batch, int input, int port, Shape shape) throws EngineException, OrtException {
        if (ports.get(port).spec().type() == DataType.BYTES) {
            return texts(strings(batch, input, shape), shape);
        }
        ByteBuffer buffer = buffers.get(port).bufferFor(shape);
        int end = 0;
        for (int i = 0; i < batch.size(); i++) {
            Payload data = batch.get(i).inputs().get(input).data();
            end += (int) data.size();
            try {
                data.copyTo(0, buffer.limit(end));
            } catch (UnreadableException e) {
                throw new UnreadableInputException(i, e);
            }
        }
        return buffers.get(port).tensor(environment, shape);
    }

    /** A tensor of texts; gone with {@link #release}. */
    OnnxTensor texts(String[] texts, Shape shape) throws OrtException {
        OnnxTensor tensor = OnnxTensor.createTensor(environment, texts, shape.toArray());
        OpenNatives.opened();
        temporary.add(tensor);
        return tensor;
    }

    /** Where to write the tensor of {@code shape} that {@link #written} then gives. */
    ByteBuffer bufferFor(int port, Shape shape) throws EngineException {
        return buffers.get(port).bufferFor(shape);
    }

    OnnxTensor written(int port, Shape shape) throws OrtException {
        return buffers.get(port).tensor(environment, shape);
    }

    private static String[] strings(List<BatchItem> batch, int input, Shape shape) throws EngineException {
        List<String> all = new ArrayList<>(Math.toIntExact(shape.elements()));
        for (BatchItem item : batch) {
            all.addAll(decode(item.inputs().get(input)));
        }
        return all.toArray(new String[0]);
    }

    /** The elements of a tensor of texts. */
    static List<String> decode(Tensor tensor) throws EngineException {
        List<String> texts = new ArrayList<>();
        for (ByteBuffer element :
                BytesElements.read(tensor.data(), tensor.shape().elements()).elements()) {
            String text = Utf8Text.decode(element);
            if (text == null) {
                throw new EngineException("input '" + tensor.name()
                        + "' holds text that ONNX Runtime's Java binding cannot carry exactly");
            }
            texts.add(text);
        }
        return texts;
    }

    @Override
    public void release() {
        temporary.forEach(tensor -> {
            tensor.close();
            OpenNatives.closed();
        });
        temporary.clear();
        buffers.forEach(DirectTensor::trim);
    }

    @Override
    public void close() {
        release();
        buffers.forEach(DirectTensor::close);
    }
}
