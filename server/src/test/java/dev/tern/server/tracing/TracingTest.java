package dev.tern.server.tracing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracingTest {
    private static final Set<TraceLevel> TIMESTAMPS = Set.of(TraceLevel.TIMESTAMPS);

    @TempDir
    private Path directory;

    @Test
    void nothingIsTracedUntilItIsWanted() {
        try (Tracing tracing = tracing(TraceSettings.INITIAL)) {
            assertThat(tracing.isOn()).isFalse();
            tracing.change("", said -> said.withLevels(TIMESTAMPS));
            assertThat(tracing.isOn()).isTrue();
            tracing.change("", said -> said.withLevels(null));
            assertThat(tracing.isOn()).isFalse();
        }
    }

    @Test
    void nothingIsTracedWithoutAFile() {
        try (Tracing tracing = new Tracing(settings(1, -1, 0), Optional.empty(), Thread::new)) {
            assertThat(tracing.isOn()).isFalse();
            assertThat(tracing.canWrite()).isFalse();
            assertThat(tracing.file()).isEmpty();
        }
    }

    @Test
    void oneOfSoManyIsDrawnUntilTheyAreEnough() {
        try (Tracing tracing = tracing(settings(3, 2, 0))) {
            assertThat(drawn(tracing, "m", 12)).containsExactly(2, 5);
            tracing.change("", said -> said.withCount(1));
            assertThat(drawn(tracing, "m", 7)).as("counted anew").containsExactly(2);
            tracing.change("", said -> said.withCount(-1).withRate(2));
            assertThat(drawn(tracing, "m", 6)).containsExactly(1, 3, 5);
        }
    }

    @Test
    void aModelMayHaveItsOwn() {
        try (Tracing tracing = tracing(TraceSettings.INITIAL)) {
            tracing.change("m", said -> said.withLevels(TIMESTAMPS).withRate(1).withCount(2));
            assertThat(drawn(tracing, "m", 4)).containsExactly(0, 1);
            assertThat(drawn(tracing, "n", 4)).isEmpty();
            tracing.change("", said -> said.withLogFrequency(7));
            assertThat(tracing.settings("m"))
                    .as("the rest is what holds for all")
                    .isEqualTo(settings(1, 2, 7));
            tracing.change("m", said -> TraceOverrides.NONE);
            assertThat(tracing.settings("m")).isEqualTo(tracing.settings(""));
            assertThat(tracing.isOn()).isFalse();
        }
    }

    @Test
    void aTraceHasTheTimesOfItsWay() throws IOException {
        try (Tracing tracing = tracing(settings(1, -1, 0))) {
            Trace trace = requireNonNull(tracing.begin("m", 3, "a \"b\"", 10));
            trace.ran(11, new RunTimes(12, 13, 14, 15));
            trace.inputs(List.of(numbers()));
            trace.end(16);
        }
        JsonArray written = read("traces.json");
        assertThat(written).hasSize(2);
        assertThat(written.get(0))
                .isEqualTo(
                        JsonParser.parseString("{'id':1,'model_name':'m','model_version':3,'request_id':'a \"b\"'}"));
        assertThat(times(written.get(1).getAsJsonObject()))
                .containsExactly(
                        "REQUEST_START 10",
                        "QUEUE_START 11",
                        "COMPUTE_START 12",
                        "COMPUTE_INPUT_END 13",
                        "COMPUTE_OUTPUT_START 14",
                        "COMPUTE_END 15",
                        "REQUEST_END 16");
    }

    @Test
    void aTraceHasTheTensors() throws IOException {
        TraceSettings tensors = new TraceSettings(Set.of(TraceLevel.TENSORS), 1, -1, 0);
        try (Tracing tracing = tracing(tensors)) {
            Trace trace = requireNonNull(tracing.begin("m", 1, "", 0));
            trace.inputs(List.of(numbers()));
            byte[] texts = BytesElements.write(List.of("a".getBytes(StandardCharsets.UTF_8), new byte[0]));
            trace.outputs(List.of(new Tensor("y", DataType.BYTES, Shape.of(2), HeapPayload.wrap(texts))));
            trace.end(1);
        }
        JsonArray written = read("traces.json");
        assertThat(written).hasSize(3);
        assertThat(written.get(1))
                .isEqualTo(JsonParser.parseString("{'id':1,'activity':'TENSOR_QUEUE_INPUT','tensor':{'name':'x',"
                        + "'data':'1,-9223372036854775808','shape':'1,2','dtype':'INT64'}}"));
        assertThat(written.get(2))
                .isEqualTo(JsonParser.parseString("{'id':1,'activity':'TENSOR_BACKEND_OUTPUT','tensor':{'name':'y',"
                        + "'data':'\"a\",\"\"','shape':'2','dtype':'BYTES'}}"));
    }

    @Test
    void aFileHasAsManyAsIsSaid() throws IOException {
        Files.writeString(directory.resolve("traces.json.0"), "what was there before, which is longer than a trace");
        try (Tracing tracing = tracing(settings(1, -1, 2))) {
            for (int i = 0; i < 5; i++) {
                Trace trace = requireNonNull(tracing.begin("m", 1, "", i));
                trace.end(i);
            }
        }
        assertThat(read("traces.json.0")).hasSize(4);
        assertThat(read("traces.json.1")).hasSize(4);
        assertThat(read("traces.json.2")).hasSize(2);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void tensorsThatAreTooManyAreDroppedAndCounted() throws IOException {
        TraceSettings tensors = new TraceSettings(Set.of(TraceLevel.TENSORS), 1, -1, 0);
        try (Tracing tracing = tracing(tensors)) {
            Trace first = requireNonNull(tracing.begin("m", 1, "", 0));
            byte[] most = new byte[(32 << 20) - Long.BYTES];
            first.inputs(List.of(new Tensor("x", DataType.INT8, Shape.of(most.length), HeapPayload.wrap(most))));
            Trace second = requireNonNull(tracing.begin("m", 1, "", 0));
            second.inputs(List.of(numbers()));
            assertThat(tracing.dropped()).isEqualTo(1);
            second.end(1);
        }
        assertThat(read("traces.json")).as("without its tensor").hasSize(1);
    }

    @Test
    void whatCannotBeWrittenIsGivenUp() {
        Tracing tracing =
                new Tracing(settings(1, -1, 0), Optional.of(directory.resolve("none/traces.json")), Thread::new);
        Trace trace = requireNonNull(tracing.begin("m", 1, "", 0));
        trace.end(1);
        tracing.close();
        assertThat(directory).isEmptyDirectory();
    }

    private Tracing tracing(TraceSettings settings) {
        return new Tracing(settings, Optional.of(directory.resolve("traces.json")), Thread::new);
    }

    private static TraceSettings settings(int rate, int count, int logFrequency) {
        return new TraceSettings(TIMESTAMPS, rate, count, logFrequency);
    }

    /** Which of so many requests are drawn, from 0 on. */
    private static List<Integer> drawn(Tracing tracing, String model, int requests) {
        List<Integer> drawn = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            if (tracing.begin(model, 1, "", 0) != null) {
                drawn.add(i);
            }
        }
        return drawn;
    }

    private static Tensor numbers() {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(1).putLong(Long.MIN_VALUE);
        return new Tensor("x", DataType.INT64, Shape.of(1, 2), HeapPayload.wrap(bytes.array()));
    }

    private JsonArray read(String file) throws IOException {
        return JsonParser.parseString(Files.readString(directory.resolve(file))).getAsJsonArray();
    }

    private static List<String> times(JsonObject trace) {
        List<String> times = new ArrayList<>();
        for (JsonElement each : trace.getAsJsonArray("timestamps")) {
            JsonObject time = each.getAsJsonObject();
            times.add(time.get("name").getAsString() + " " + time.get("ns").getAsLong());
        }
        return times;
    }
}
