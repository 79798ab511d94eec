package dev.tern.bench.jmh;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tern.bench.models.BenchModels;
import dev.tern.bench.process.TemporaryFolder;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.onnx.OnnxEngine;
import dev.tern.server.engine.onnx.SessionSettings;
import dev.tern.server.engine.onnx.graph.ModelRefusedException;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What joining a batch's inputs and cutting its outputs apart costs: a run as the engine makes it, less the same run with its
 * buffers filled before, as {@link #bareRun} makes it. The model, the mean of each row, does hardly more than read its input.
 * Needs ONNX Runtime, which {@code bin/tern-jmh} takes from the server's distribution.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class GatherScatterCost {
    private static final String MODEL = "payload-fixed-0";
    /** Until it has seen some runs, an instance does not write its outputs where it can keep them. */
    private static final int RUNS_TO_SETTLE = 10;

    /** How many requests, of a row each, run together. */
    @Param({"1", "32"})
    private int requests;

    /** How many floats each has; it gets one back. */
    @Param({"64", "512", "262144"})
    private int floats;

    private @Nullable Open open;

    /** Opens the model twice, for the engine and for the bare run. */
    @Setup
    public void prepare() throws IOException, EngineException, ModelRefusedException, OrtException {
        open = new Open(requests, floats);
        for (int i = 0; i < RUNS_TO_SETTLE; i++) {
            release(instance());
        }
    }

    /** Gather, run, scatter; the answers are the caller's to release. */
    @Benchmark
    public List<List<Tensor>> engineRun() throws EngineException {
        List<List<Tensor>> answers = instance();
        release(answers);
        return answers;
    }

    /** The run alone. */
    @Benchmark
    public int bareRun() throws OrtException {
        return open().bareRun();
    }

    /** Closes both. */
    @TearDown
    public void close() throws OrtException {
        open().close();
    }

    private List<List<Tensor>> instance() throws EngineException {
        return open().instance.run(open().batch);
    }

    private static void release(List<List<Tensor>> answers) {
        for (List<Tensor> each : answers) {
            for (Tensor tensor : each) {
                tensor.data().release();
            }
        }
    }

    private Open open() {
        if (open == null) {
            throw new IllegalStateException("not prepared");
        }
        return open;
    }

    /** Everything that is open. */
    private static final class Open {
        private final List<BatchItem> batch;
        private final OnnxEngine engine;
        private final Instance instance;
        private final OrtSession bare;
        private final Map<String, OnnxTensor> inputs;
        private final Map<String, OnnxTensor> outputs;

        Open(int requests, int floats) throws IOException, EngineException, ModelRefusedException, OrtException {
            Tensor values = new Tensor(
                    "values",
                    DataType.FP32,
                    Shape.of(1, floats),
                    HeapPayload.wrap(new byte[Math.multiplyExact(floats, Float.BYTES)]));
            batch = Collections.nCopies(requests, new BatchItem(1, List.of(values), List.of()));
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (TemporaryFolder folder = TemporaryFolder.create("tern-jmh")) {
                BenchModels.write(folder.path(), 1, List.of(MODEL));
                Path file = folder.path().resolve(MODEL).resolve("1").resolve("model.onnx");
                engine = OnnxEngine.open(OnnxModel.read(file), SessionSettings.defaults());
                bare = session(environment, file);
            }
            instance = engine.newInstance();
            inputs = Map.of("values", tensor(environment, requests, floats));
            outputs = Map.of("mean", tensor(environment, requests, 1));
        }

        private static OrtSession session(OrtEnvironment environment, Path file) throws OrtException {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                return environment.createSession(file.toString(), options);
            }
        }

        private static OnnxTensor tensor(OrtEnvironment environment, int rows, int columns) throws OrtException {
            int bytes = Math.multiplyExact(Math.multiplyExact(rows, columns), Float.BYTES);
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            return OnnxTensor.createTensor(environment, buffer.asFloatBuffer(), new long[] {rows, columns});
        }

        int bareRun() throws OrtException {
            try (OrtSession.Result result = bare.run(inputs, outputs)) {
                return result.size();
            }
        }

        void close() throws OrtException {
            instance.close();
            engine.close();
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
            bare.close();
        }
    }
}
