package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Output buffers that ONNX Runtime writes into, so that a run allocates nothing. Possible where every output has as
 * many rows as the inputs and otherwise a fixed shape, which is believed only after runs have shown it.
 *
 * <p>Owned by one instance.
 */
final class PinnedOutputs implements AutoCloseable {
    /** Runs whose outputs came as predicted before the prediction is used. */
    private static final int RUNS_TO_BELIEVE = 3;

    /** Failures that only pinned outputs can have caused, before they are given up. */
    private static final int FAILURES_TO_GIVE_UP = 3;

    private final OrtEnvironment environment;
    private final List<Port> ports;
    private final List<DirectTensor> buffers;
    private final boolean possible;
    private int confirmed;
    private int failures;
    private boolean refuted;

    PinnedOutputs(OrtEnvironment environment, List<Port> inputs, List<Port> ports, Joining joining) {
        this.environment = environment;
        this.ports = ports;
        this.buffers = ports.stream().map(DirectTensor::new).toList();
        this.possible = ports.stream()
                .allMatch(port -> isPredictable(port)
                        && !isInput(port, inputs)
                        && !joining.scattered().containsKey(port.spec().name()));
    }

    /** ONNX Runtime gives back the input itself then, and leaves the output's buffer as it was. */
    private static boolean isInput(Port output, List<Port> inputs) {
        return inputs.stream().anyMatch(input -> input.sessionName().equals(output.sessionName()));
    }

    private static boolean isPredictable(Port port) {
        Shape shape = port.spec().shape();
        return port.spec().type().hasFixedSize()
                && shape.rank() > 0
                && shape.dim(0) == Shape.VARIABLE
                && shape.row().isFixed();
    }

    boolean usable() {
        return possible && !refuted && confirmed >= RUNS_TO_BELIEVE;
    }

    /** Learns from a run without pinned outputs. */
    void observe(int output, int rows, Shape actual) {
        if (possible && !actual.equals(predicted(output, rows))) {
            refuted = true;
        } else if (output == 0) {
            confirmed++;
        }
    }

    /**
     * A run with pinned outputs failed and the same one without them did not. If a shape was not as predicted,
     * {@link #observe} refutes it; else it may have been the surroundings, such as memory, unless it goes on.
     */
    void distrust() {
        confirmed = 0;
        failures++;
        refuted |= failures >= FAILURES_TO_GIVE_UP;
    }

    Shape predicted(int output, int rows) {
        return ports.get(output).spec().shape().row().rows(rows);
    }

    Map<String, OnnxTensor> tensors(int rows) throws EngineException, OrtException {
        Map<String, OnnxTensor> pinned = new LinkedHashMap<>(2 * ports.size());
        for (int i = 0; i < ports.size(); i++) {
            Shape shape = predicted(i, rows);
            buffers.get(i).bufferFor(shape);
            pinned.put(ports.get(i).sessionName(), buffers.get(i).tensor(environment, shape));
        }
        return pinned;
    }

    /** Copies the wanted outputs of a run of {@code rows} rows once, into one slab, and cuts them apart. */
    void scatter(int rows, Scatter scatter) throws EngineException {
        byte[] bytes = new byte[wantedBytes(rows, scatter)];
        Slab slab = Slab.wrap(bytes);
        try {
            int from = 0;
            for (int i = 0; i < ports.size(); i++) {
                if (!scatter.isWanted(ports.get(i).spec())) {
                    continue;
                }
                Shape shape = predicted(i, rows);
                ByteBuffer buffer = buffers.get(i).bufferFor(shape);
                int length = buffer.remaining();
                buffer.get(bytes, from, length);
                scatter.add(ports.get(i).spec(), shape, slab, from);
                from += length;
            }
        } finally {
            slab.release();
        }
    }

    private int wantedBytes(int rows, Scatter scatter) throws EngineException {
        long size = 0;
        for (int i = 0; i < ports.size(); i++) {
            if (scatter.isWanted(ports.get(i).spec())) {
                size += buffers.get(i).bufferFor(predicted(i, rows)).remaining();
            }
        }
        if (size > DirectTensor.MAX_BYTES) {
            throw new EngineException("the outputs of " + rows + " rows have " + size + " bytes and pass the limit of "
                    + DirectTensor.MAX_BYTES + " for one run");
        }
        return (int) size;
    }

    void trim() {
        buffers.forEach(DirectTensor::trim);
    }

    @Override
    public void close() {
        buffers.forEach(DirectTensor::close);
    }
}
