package dev.tern.server.rpc;

import static dev.tern.server.rpc.Refused.invalid;
import static dev.tern.server.rpc.Refused.notFound;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.TraceSettingRequest;
import dev.tern.proto.inference.TraceSettingRequest.SettingValue;
import dev.tern.proto.inference.TraceSettingResponse;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests are traced, told and changed by a client; and what the file has of them. */
@Tag("protocol")
class TraceSettingTest {
    private static final ByteString ROW = Requests.floats(1, 2.5f, 3);

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    private Path directory;

    private Path file;
    private TestServer server;

    @BeforeEach
    void serve() throws IOException {
        Path repository = Files.createDirectory(directory.resolve("models"));
        for (String name : List.of("rows", "others")) {
            ModelDirectory.of(repository, name)
                    .version(1, OnnxModels.identity(DataType.FP32))
                    .config("max_batch_size: 4");
        }
        file = directory.resolve("traces.json");
        server = TestServer.builder(repository).traceFile(file).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void allSixAreTold() {
        assertThat(told(change("", Map.of()))).isEqualTo(initial());
    }

    private Map<String, List<String>> initial() {
        return Map.of(
                "trace_level",
                List.of("OFF"),
                "trace_rate",
                List.of("1000"),
                "trace_count",
                List.of("-1"),
                "log_frequency",
                List.of("0"),
                "trace_file",
                List.of(file.toString()),
                "trace_mode",
                List.of("triton"));
    }

    @Test
    void requestsAreTracedAsIsSaidFromThenOn() throws Exception {
        infer("rows", "before");
        change("", Map.of("trace_level", values("TIMESTAMPS"), "trace_rate", values("2"), "trace_count", values("2")));
        for (int i = 0; i < 7; i++) {
            infer(i == 1 ? "others" : "rows", "request " + i);
        }
        change("rows", Map.of("trace_level", values("TENSORS"), "trace_rate", values("1"), "trace_count", values("1")));
        infer("others", "none of them");
        infer("rows", "with its tensors");
        infer("rows", "too many");
        change("", Map.of("trace_level", values("OFF")));
        server.close();

        List<JsonObject> written = written();
        assertThat(written)
                .filteredOn(each -> each.has("model_name"))
                .extracting(each -> each.get("model_name").getAsString() + " "
                        + each.get("model_version").getAsString() + " "
                        + each.get("request_id").getAsString())
                .containsExactly("others 1 request 1", "rows 1 request 3", "rows 1 with its tensors");
        List<JsonObject> timed =
                written.stream().filter(each -> each.has("timestamps")).toList();
        assertThat(timed).hasSize(2);
        timed.forEach(TraceSettingTest::assertInOrder);
        assertThat(written)
                .filteredOn(each -> each.has("activity"))
                .extracting(each -> each.get("activity").getAsString() + " "
                        + each.get("tensor").getAsJsonObject())
                .containsExactly(
                        "TENSOR_QUEUE_INPUT {\"name\":\"x\",\"data\":\"1.0,2.5,3.0\",\"shape\":\"1,3\",\"dtype\":\"FP32\"}",
                        "TENSOR_BACKEND_OUTPUT {\"name\":\"y\",\"data\":\"1.0,2.5,3.0\",\"shape\":\"1,3\",\"dtype\":\"FP32\"}");
    }

    private static void assertInOrder(JsonObject trace) {
        List<String> names = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        for (JsonElement each : trace.getAsJsonArray("timestamps")) {
            names.add(each.getAsJsonObject().get("name").getAsString());
            times.add(each.getAsJsonObject().get("ns").getAsLong());
        }
        assertThat(names)
                .containsExactly(
                        "REQUEST_START",
                        "QUEUE_START",
                        "COMPUTE_START",
                        "COMPUTE_INPUT_END",
                        "COMPUTE_OUTPUT_START",
                        "COMPUTE_END",
                        "REQUEST_END");
        assertThat(times).isSorted();
    }

    @Test
    void noValuesMeanWhatHoldsForAllOrAtTheStart() {
        change("", Map.of("trace_rate", values("5"), "trace_level", values("TIMESTAMPS", "TENSORS")));
        assertThat(told(change("rows", Map.of("trace_count", values("3")))))
                .containsEntry("trace_rate", List.of("5"))
                .containsEntry("trace_level", List.of("TIMESTAMPS", "TENSORS"))
                .containsEntry("trace_count", List.of("3"));
        assertThat(told(change("rows", Map.of("trace_count", values())))).containsEntry("trace_count", List.of("-1"));
        assertThat(told(change("", Map.of("trace_rate", values(), "trace_level", values()))))
                .isEqualTo(initial());
        assertThat(told(change("rows", Map.of()))).isEqualTo(initial());
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        "trace_file",
                        values("other"),
                        new Refused(
                                Status.Code.UNIMPLEMENTED,
                                "trace file location can not be updated through network protocol")),
                Arguments.of(
                        "trace_mode",
                        values("opentelemetry"),
                        new Refused(
                                Status.Code.UNIMPLEMENTED,
                                "trace setting 'trace_mode' is 'triton', there is no other one")),
                Arguments.of(
                        "trace_level",
                        values("MAX"),
                        invalid("trace setting 'trace_level' is OFF, TIMESTAMPS or TENSORS, not 'MAX'")),
                Arguments.of(
                        "trace_level",
                        values("TENSORS", "OFF"),
                        invalid("trace setting 'trace_level' is OFF or some of the others, not both")),
                Arguments.of(
                        "trace_count",
                        values("-2"),
                        invalid("trace setting 'trace_count' is one whole number from -1 to 2147483647, not [-2]")),
                Arguments.of(
                        "log_frequency",
                        values("1", "2"),
                        invalid("trace setting 'log_frequency' is one whole number from 0 to 2147483647, not [1, 2]")),
                Arguments.of(
                        "rate",
                        values("1"),
                        invalid("unknown trace setting 'rate'; there are trace_level, trace_rate, trace_count,"
                                + " log_frequency and trace_mode")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatIsWrongChangesNothing(String key, SettingValue value, Refused expected) {
        assertThat(Refused.by(() -> change("", Map.of(key, value, "trace_rate", values("7")))))
                .isEqualTo(expected);
        assertThat(told(change("", Map.of()))).isEqualTo(initial());
    }

    @Test
    void aRateIsPositiveAndAModelIsThere() {
        assertThat(Refused.by(() -> change("", Map.of("trace_rate", values("0")))))
                .isEqualTo(invalid("trace setting 'trace_rate' is one whole number from 1 to 2147483647, not [0]"));
        assertThat(Refused.by(() -> change("nope", Map.of())))
                .isEqualTo(notFound("Request for unknown model: 'nope' is not found"));
    }

    @Test
    void whereThereIsNoFileNothingIsTraced(@TempDir Path repository) {
        try (TestServer without = TestServer.serving(repository)) {
            TraceSettingRequest request = TraceSettingRequest.newBuilder()
                    .putSettings("trace_level", values("TIMESTAMPS"))
                    .build();
            assertThat(Refused.by(() -> without.stub().traceSetting(request)))
                    .isEqualTo(invalid("requests cannot be traced, as there is no file for it; start the server with"
                            + " '--trace-config triton,file=<path>'"));
        }
    }

    private TraceSettingResponse change(String model, Map<String, SettingValue> settings) {
        return server.stub()
                .traceSetting(TraceSettingRequest.newBuilder()
                        .setModelName(model)
                        .putAllSettings(settings)
                        .build());
    }

    private static SettingValue values(String... values) {
        return SettingValue.newBuilder().addAllValue(List.of(values)).build();
    }

    private static Map<String, List<String>> told(TraceSettingResponse response) {
        return response.getSettingsMap().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> List.copyOf(each.getValue().getValueList())));
    }

    private void infer(String model, String id) {
        ModelInferRequest request =
                Requests.raw(model, "x", "FP32", ROW, 1, 3).setId(id).build();
        assertThat(server.stub().modelInfer(request).getRawOutputContents(0)).isEqualTo(ROW);
    }

    private List<JsonObject> written() throws IOException {
        JsonArray all = JsonParser.parseString(Files.readString(file)).getAsJsonArray();
        List<JsonObject> written = new ArrayList<>();
        all.forEach(each -> written.add(each.getAsJsonObject()));
        return written;
    }
}
