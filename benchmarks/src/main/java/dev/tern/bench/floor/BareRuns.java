package dev.tern.bench.floor;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import dev.tern.proto.inference.ModelInferRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Scanner;

/**
 * ONNX Runtime and nothing else: one thread, pinned buffers that are already filled, with the requests of the load one
 * after another, as a table of embeddings is read in other places for each.
 */
final class BareRuns {
    private static final long WARM_UP_NANOS = 300_000_000;
    private static final long MEASURED_NANOS = 700_000_000;
    private static final long MOST_INPUT_BYTES = 64 << 20;

    /** Arguments: a model and a file of requests. Lines of input are rows; answers are ns CPU, ns and bytes a run. */
    public static void main(String[] arguments) throws Exception {
        List<ModelInferRequest> requests = read(Path.of(arguments[1]));
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            OrtSession session = environment.createSession(arguments[0], options);
            System.out.println("bare ONNX Runtime " + environment.getVersion() + ": one thread, all optimisations, "
                    + requests.size() + " requests by turns");
            for (Scanner rows = new Scanner(System.in, StandardCharsets.UTF_8); rows.hasNextInt(); ) {
                System.out.println(new BareRuns(environment, session, requests, rows.nextInt()).measure());
            }
        }
    }

    private final OrtSession session;
    private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();

    private BareRuns(OrtEnvironment environment, OrtSession session, List<ModelInferRequest> requests, int rows)
            throws OrtException {
        this.session = session;
        long inputBytes = 0;
        for (int i = 0; i < requests.size() && inputBytes <= MOST_INPUT_BYTES; i++) {
            Map<String, OnnxTensor> filled = new HashMap<>();
            for (int input = 0; input < requests.get(i).getInputsCount(); input++) {
                OnnxTensor tensor = filled(environment, requests, i, input, rows);
                filled.put(requests.get(i).getInputs(input).getName(), tensor);
                inputBytes += tensor.getInfo().getNumElements() * tensor.getInfo().type.size;
            }
            inputs.add(filled);
        }
        try (OrtSession.Result result = session.run(inputs.get(0))) {
            for (var output : result) {
                TensorInfo info = (TensorInfo) output.getValue().getInfo();
                int bytes = Math.toIntExact(info.getNumElements() * info.type.size);
                outputs.put(
                        output.getKey(),
                        OnnxTensor.createTensor(environment, direct(bytes), info.getShape(), info.type));
            }
        }
    }

    /** So many rows of one input: those of the request at {@code first} and of as many after it as are needed. */
    private OnnxTensor filled(
            OrtEnvironment environment, List<ModelInferRequest> requests, int first, int input, int rows)
            throws OrtException {
        ModelInferRequest.InferInputTensor head = requests.get(first).getInputs(input);
        TensorInfo info =
                (TensorInfo) Objects.requireNonNull(session.getInputInfo().get(head.getName()))
                        .getInfo();
        long[] shape = head.getShapeList().stream().mapToLong(Long::longValue).toArray();
        int rowBytes =
                Math.toIntExact(requests.get(first).getRawInputContents(input).size() / shape[0]);
        ByteBuffer filled = direct(rowBytes * rows);
        for (int next = first; filled.hasRemaining(); next = (next + 1) % requests.size()) {
            ByteString raw = requests.get(next).getRawInputContents(input);
            raw.substring(0, Math.min(raw.size(), filled.remaining())).copyTo(filled);
        }
        shape[0] = rows;
        return OnnxTensor.createTensor(environment, filled.flip(), shape, info.type);
    }

    private static List<ModelInferRequest> read(Path file) throws IOException {
        List<ModelInferRequest> requests = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (ModelInferRequest next = ModelInferRequest.parseDelimitedFrom(in);
                    next != null;
                    next = ModelInferRequest.parseDelimitedFrom(in)) {
                requests.add(next);
            }
        }
        return requests;
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
            session.run(inputs.get((int) (runs % inputs.size())), outputs).close();
        }
        return runs;
    }
}
