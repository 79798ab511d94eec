package dev.tern.bench.floor;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.sun.management.ThreadMXBean;
import dev.tern.proto.inference.ModelInferRequest;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Scanner;

/** ONNX Runtime and nothing else: one thread, pinned buffers that are already filled. */
final class BareRuns {
    private static final long WARM_UP_NANOS = 300_000_000;
    private static final long MEASURED_NANOS = 700_000_000;

    /** Arguments: a model and an encoded request. Lines of input are rows; answers are ns CPU, ns and bytes a run. */
    public static void main(String[] arguments) throws Exception {
        ModelInferRequest request = ModelInferRequest.parseFrom(Files.readAllBytes(Path.of(arguments[1])));
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            OrtSession session = environment.createSession(arguments[0], options);
            System.out.println("bare ONNX Runtime " + environment.getVersion() + ": one thread, all optimisations");
            for (Scanner rows = new Scanner(System.in, StandardCharsets.UTF_8); rows.hasNextInt(); ) {
                System.out.println(new BareRuns(environment, session, request, rows.nextInt()).measure());
            }
        }
    }

    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();

    private BareRuns(OrtEnvironment environment, OrtSession session, ModelInferRequest request, int rows)
            throws OrtException {
        this.session = session;
        for (int i = 0; i < request.getInputsCount(); i++) {
            String name = request.getInputs(i).getName();
            TensorInfo info = (TensorInfo)
                    Objects.requireNonNull(session.getInputInfo().get(name)).getInfo();
            byte[] raw = request.getRawInputContents(i).toByteArray();
            long[] shape = request.getInputs(i).getShapeList().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            ByteBuffer filled = direct(Math.toIntExact(raw.length / shape[0] * rows));
            while (filled.hasRemaining()) {
                filled.put(raw, 0, Math.min(raw.length, filled.remaining()));
            }
            shape[0] = rows;
            inputs.put(name, OnnxTensor.createTensor(environment, filled.flip(), shape, info.type));
        }
        try (OrtSession.Result result = session.run(inputs)) {
            for (var output : result) {
                TensorInfo info = (TensorInfo) output.getValue().getInfo();
                int bytes = Math.toIntExact(info.getNumElements() * info.type.size);
                outputs.put(
                        output.getKey(),
                        OnnxTensor.createTensor(environment, direct(bytes), info.getShape(), info.type));
            }
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private String measure() throws OrtException {
        ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        run(WARM_UP_NANOS);
        long allocated = meter.getCurrentThreadAllocatedBytes();
        long cpu = meter.getCurrentThreadCpuTime();
        long began = System.nanoTime();
        long runs = run(MEASURED_NANOS);
        return (meter.getCurrentThreadCpuTime() - cpu) / runs + " " + (System.nanoTime() - began) / runs + " "
                + (meter.getCurrentThreadAllocatedBytes() - allocated) / runs;
    }

    private long run(long nanos) throws OrtException {
        long runs = 0;
        for (long began = System.nanoTime(); System.nanoTime() - began < nanos; runs++) {
            session.run(inputs, outputs).close();
        }
        return runs;
    }
}
