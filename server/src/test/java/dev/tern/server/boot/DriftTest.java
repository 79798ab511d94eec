package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.proto.admin.v1.DriftFeature;
import dev.tern.proto.admin.v1.GetDriftRequest;
import dev.tern.proto.admin.v1.GetDriftResponse;
import dev.tern.proto.admin.v1.ListModelsRequest;
import dev.tern.proto.admin.v1.ResetDriftRequest;
import dev.tern.server.boot.commands.TernCommand;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models that are watched for drift, over a real socket. */
@Timeout(120)
class DriftTest {
    private static final int REFERENCE = 500;
    private static final int WINDOW = 100;
    private static final String WATCHED = String.join(
            "",
            parameter("tern.drift.monitor", "true"),
            parameter("tern.drift.sample", "1"),
            parameter("tern.drift.reference", Integer.toString(REFERENCE)),
            parameter("tern.drift.window", Integer.toString(WINDOW)));

    @TempDir
    static Path directory;

    private static TestServer server;
    private static ManagedChannel channel;
    private static AdminBlockingStub admin;

    private final Random random = new Random(3);

    @BeforeAll
    static void serve() {
        ModelDirectory.of(directory, "watched")
                .version(1, OnnxModels.mlp(4, 8, 2))
                .config(WATCHED);
        ModelDirectory.of(directory, "cached")
                .version(1, OnnxModels.mlp(4, 8, 2))
                .config(WATCHED + "response_cache { enable: true }");
        ModelDirectory.of(directory, "texts")
                .version(7, OnnxModels.identity(DataType.BYTES))
                .config(WATCHED + parameter("tern.drift.features", "x[1],y"));
        ModelDirectory.of(directory, "plain").version(1, OnnxModels.mlp(4, 8, 2));
        ModelDirectory.of(directory, "wide")
                .version(1, OnnxModels.mlp(200, 8, 2))
                .config(WATCHED);
        ModelDirectory.of(directory, "wrong")
                .version(1, OnnxModels.mlp(4, 8, 2))
                .config(WATCHED + parameter("tern.drift.features", "x[4]"));
        server = TestServer.builder(directory).warmUp(Duration.ofMillis(400)).start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        admin = AdminGrpc.newBlockingStub(channel);
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    private static String parameter(String key, String value) {
        return "parameters { key: '" + key + "' value { string_value: '" + value + "' } } ";
    }

    private static GetDriftResponse drift(String model) {
        return admin.getDrift(GetDriftRequest.newBuilder().setModel(model).build());
    }

    private static List<String> drifted(String model) {
        return drift(model).getFeaturesList().stream()
                .filter(DriftFeature::getDrifted)
                .map(DriftFeature::getName)
                .toList();
    }

    /** As the list of all models has it. */
    private static List<String> listed(String model) {
        return admin.listModels(ListModelsRequest.getDefaultInstance()).getModelsList().stream()
                .filter(each -> each.getName().equals(model))
                .findFirst()
                .orElseThrow()
                .getVersions(0)
                .getDriftedFeaturesList();
    }

    /** Requests of two rows, of which one is looked at, with {@code shift} added to the third column. */
    private void send(String model, int requests, float shift) {
        long before = drift(model).getRows();
        for (int i = 0; i < requests; i++) {
            float[] x = new float[8];
            for (int j = 0; j < x.length; j++) {
                x[j] = (float) random.nextGaussian() + (j % 4 == 2 ? shift : 0);
            }
            Requests.infer(server, model, Tensors.floats("x", Shape.of(2, 4), x));
        }
        Await.until("all are looked at", () -> drift(model).getRows() == before + requests);
    }

    @Test
    void aFeatureThatShiftsIsReportedAndOneThatComesBackIsReportedNoMore() {
        assertThat(drift("watched").getRows()).as("the server's own requests").isZero();
        send("watched", REFERENCE, 0);
        assertThat(run("watched")).anyMatch(line -> line.matches("x\\[0] +ks +500/500 +0 +- +- +no window yet"));
        send("watched", WINDOW, 0);
        GetDriftResponse steady = drift("watched");
        assertThat(steady.getReferenceRows()).isEqualTo(REFERENCE);
        assertThat(steady.getPValueLimit()).isEqualTo(1e-6 / 6);
        assertThat(steady.getFeaturesList())
                .allSatisfy(each -> {
                    assertThat(each.getWindows()).isEqualTo(1);
                    assertThat(each.getTest()).isEqualTo(DriftFeature.Test.TEST_KOLMOGOROV_SMIRNOV);
                    assertThat(each.getDrifted()).isFalse();
                })
                .extracting(DriftFeature::getName)
                .containsExactly("x[0]", "x[1]", "x[2]", "x[3]", "y[0]", "y[1]");
        assertThat(server.metrics().lines())
                .contains(
                        "tern_drift_rows_total{model=\"watched\",version=\"1\"} 600.0",
                        "tern_drift_dropped_total{model=\"watched\",version=\"1\"} 0.0",
                        "tern_drift_drifted{feature=\"x[2]\",model=\"watched\",version=\"1\"} 0.0",
                        "tern_drift_psi{feature=\"x[2]\",model=\"watched\",version=\"1\"} NaN");

        send("watched", WINDOW, 3);
        assertThat(drifted("watched")).contains("x[2]").doesNotContain("x[0]", "x[1]", "x[3]");
        assertThat(server.metrics().lines())
                .contains("tern_drift_drifted{feature=\"x[2]\",model=\"watched\",version=\"1\"} 1.0")
                .anyMatch(line -> line.matches(
                        "tern_drift_ks\\{feature=\"x\\[2]\",model=\"watched\",version=\"1\"} 0\\.[89]\\d*"))
                .anyMatch(line -> line.startsWith("tern_drift_p_value{feature=\"x[2]\","));
        assertThat(run("watched"))
                .contains("exit 0")
                .anyMatch(line -> line.startsWith("watched version 1: 700 rows looked at, 0 dropped; windows of 100"))
                .anyMatch(line -> line.matches("x\\[2] +ks +500/500 +2 +0\\.[89]\\d* +[0-9.e+-]+ +DRIFTED"))
                .anyMatch(line -> line.matches("x\\[0] +ks +500/500 +2 .* steady"));

        assertThat(listed("watched")).isEqualTo(drifted("watched"));

        send("watched", 2 * WINDOW, 0);
        assertThat(drifted("watched")).isEmpty();

        send("watched", WINDOW, 3);
        assertThat(drifted("watched")).contains("x[2]");
        assertThat(run("watched", "--reset"))
                .containsExactly("exit 0", "watched: the reference of version 1 is taken anew");
        Await.until("nothing is known", () -> drift("watched").getFeatures(2).getReferenceValues() == 0);
        send("watched", REFERENCE + WINDOW, 3);
        assertThat(drifted("watched")).as("3 more is what it is now").isEmpty();
        assertThat(server.metrics().lines())
                .contains("tern_drift_drifted{feature=\"x[2]\",model=\"watched\",version=\"1\"} 0.0");
    }

    @Test
    void requestsThatAreAnsweredFromMemoryAreLookedAtToo() {
        for (int i = 0; i < 5; i++) {
            Requests.infer(server, "cached", Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4));
        }
        Await.until("all are looked at", () -> drift("cached").getRows() == 5);
        assertThat(drift("cached").getFeaturesList())
                .allSatisfy(each -> assertThat(each.getReferenceValues()).isEqualTo(5));
    }

    @Test
    void textsAreCategories() {
        for (int i = 0; i < REFERENCE + 2 * WINDOW; i++) {
            String country = i < REFERENCE + WINDOW ? List.of("de", "fr").get(i % 2) : "it";
            Requests.infer(server, "texts", Tensors.strings("x", Shape.of(1, 3), "user-" + i, country, "user-" + i));
        }
        Await.until("all are looked at", () -> drift("texts").getRows() == REFERENCE + 2 * WINDOW);
        assertThat(drift("texts").getFeaturesList())
                .allSatisfy(
                        each -> assertThat(each.getTest()).isEqualTo(DriftFeature.Test.TEST_POPULATION_STABILITY_INDEX))
                .extracting(DriftFeature::getName)
                .containsExactly("x[1]", "y[0]", "y[1]", "y[2]");
        assertThat(drifted("texts")).containsExactly("x[1]", "y[1]");
        assertThat(server.metrics().lines())
                .contains("tern_drift_ks{feature=\"y[1]\",model=\"texts\",version=\"7\"} NaN");
    }

    @Test
    void whereThereIsNoMonitorNothingIsSaidOfIt() {
        for (Runnable call : List.<Runnable>of(
                () -> drift("plain"),
                () -> admin.resetDrift(
                        ResetDriftRequest.newBuilder().setModel("plain").build()))) {
            assertThat(catchThrowableOfType(StatusRuntimeException.class, call::run)
                            .getMessage())
                    .isEqualTo(
                            "INVALID_ARGUMENT: version 1 of model 'plain' has no drift monitor: its configuration does"
                                    + " not set tern.drift.monitor to true");
        }
        assertThat(catchThrowableOfType(StatusRuntimeException.class, () -> drift("nobody"))
                        .getMessage())
                .startsWith("NOT_FOUND: ");
        assertThat(server.metrics().lines())
                .noneMatch(line -> line.startsWith("tern_drift") && line.contains("\"plain\""));
    }

    @Test
    void whatIsNotWatchedForWantOfRoomIsSaid() {
        assertThat(model("wide").versions().get(0).warnings())
                .contains("drift is looked for in 64 features only, evenly spread: 62 of 200 of 'x'");
        assertThat(drift("wide").getFeaturesList()).hasSize(64);
    }

    @Test
    void aFeatureThatIsNotThereKeepsTheModelFromServing() {
        assertThat(model("wrong").versions().get(0).reason())
                .isEqualTo(
                        "parameters[tern.drift.features]: 'x[4]' is no feature of the model; it has x (x[0] to x[3]),"
                                + " y (y[0] to y[1])");
    }

    private static ModelIndex model(String name) {
        return server.models().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> run(String... arguments) {
        StringWriter out = new StringWriter();
        String[] all = new String[arguments.length + 2];
        all[0] = "drift";
        all[1] = "--target=127.0.0.1:" + server.adminPort();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        int exit = TernCommand.commandLine()
                .setOut(new PrintWriter(out, /* autoFlush= */ true))
                .setErr(new PrintWriter(out, /* autoFlush= */ true))
                .execute(all);
        return Stream.concat(Stream.of("exit " + exit), out.toString().lines()).toList();
    }
}
