package dev.tern.server.engine.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.BatchObserver;
import dev.tern.server.batching.Batching;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.Slab;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.Groupings;
import dev.tern.server.testing.ManualExecutor;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that fit into memory one by one but not together, in a JVM of its own that has little. */
class TightMemoryTest {
    /** Gathered, one request takes a buffer of 16 MiB, two take one of 32 MiB, which is never free. */
    private static final String DIRECT_MEMORY = "-XX:MaxDirectMemorySize=32m";

    private static final int ROWS = 10 << 10;
    private static final int COLUMNS = 256;

    @TempDir
    Path directory;

    @Test
    void eachIsAnsweredByARunOfItsOwn() throws Exception {
        Path model = Files.write(directory.resolve("model.onnx"), OnnxModels.identity(DataType.FP32, "batch", COLUMNS));
        assertThat(outputOfChild(model))
                .containsExactly(
                        "2 requests failed",
                        "1 requests succeeded",
                        "1 requests succeeded",
                        "answered [10240,256] of 1.0",
                        "answered [10240,256] of 2.0",
                        "0 slabs left");
    }

    private static List<String> outputOfChild(Path model) throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        DIRECT_MEMORY,
                        // As the server is started: memory that its own code runs out of must not be the end of it.
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        model.toString())
                .redirectErrorStream(true)
                .start();
        List<String> output = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as("%s", output).isZero();
        return output;
    }

    /** Batches two requests and tells of the runs and the answers. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            ManualExecutor runners = new ManualExecutor();
            List<RecordingReply> replies = new ArrayList<>();
            try (OnnxEngine engine =
                            OnnxEngine.open(OnnxModel.read(Path.of(arguments[0])), SessionSettings.defaults());
                    Batching batching = new Batching(
                            SchedulerSettings.window(4 * ROWS, List.of(), 0),
                            Groupings.exact(2, "x"),
                            List.of(engine.newInstance()),
                            runners::execute,
                            new FakeClock(),
                            Failure.Kind.RESOURCE_EXHAUSTED,
                            new Told())) {
                for (int value = 1; value <= 2; value++) {
                    RecordingReply reply = new RecordingReply();
                    batching.predict(request(value), reply);
                    replies.add(reply);
                }
                runners.runAll();
            }
            replies.forEach(Child::tell);
            System.out.println(Slab.live() + " slabs left");
        }

        private static InferenceRequest request(float value) {
            float[] values = new float[ROWS * COLUMNS];
            Arrays.fill(values, value);
            return new InferenceRequest(
                    "m",
                    "",
                    List.of(Tensors.floats("x", Shape.of(ROWS, COLUMNS), values)),
                    List.of(),
                    Map.of(),
                    FakeCall.patient());
        }

        private static void tell(RecordingReply reply) {
            float[] values = Tensors.floats(reply.outputs().get(0));
            System.out.println("answered " + reply.outputs().get(0).shape() + " of " + values[values.length - 1]);
        }
    }

    private static final class Told implements BatchObserver {
        @Override
        public void waited(long nanos) {}

        @Override
        public void executed(int requests, int rows, long nanos, boolean succeeded) {
            System.out.println(requests + " requests " + (succeeded ? "succeeded" : "failed"));
        }
    }
}
