package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.input.GivenShape;
import dev.tern.bench.input.NamedFile;
import dev.tern.bench.input.NamedRange;
import dev.tern.bench.load.KeyChoice;
import dev.tern.bench.run.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixFileTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final InputOptions usual = new InputOptions();

    @Test
    void whatAnEntryDoesNotSayIsAsTheOptionsSay() throws IOException {
        usual.rows = 7;
        usual.distinct = 5;
        usual.zero = true;
        usual.priority = 2L;
        usual.keys = KeyChoice.parse("uniform");
        ModelSettings model = read("{'models': [{'model': 'ranker'}]}").get(0);
        assertThat(model.head().model()).isEqualTo("ranker");
        assertThat(model.head().version()).isEmpty();
        assertThat(model.head().priority()).hasValue(2);
        assertThat(model.weight()).isEqualTo(1);
        assertThat(model.inputs().rows()).isEqualTo(7);
        assertThat(model.inputs().distinct()).isEqualTo(5);
        assertThat(model.inputs().zero()).isTrue();
        assertThat(model.keys()).isEqualTo(KeyChoice.parse("uniform"));
        assertThat(model.timeout()).isEqualTo(TIMEOUT);
    }

    @Test
    void anEntrySaysWhatOptionsSay() throws IOException {
        ModelSettings model = read("{'models': [{'model': 'encoder', 'version': '2', 'weight': 0.5, 'rows': 3,"
                        + " 'shapes': {'ids': 'zipf(8,512)', 'image': [3, 8]}, 'ranges': {'n': [0, 99]},"
                        + " 'vocabularies': {'q': 'words.txt'}, 'zero': true, 'distinct': 9, 'keys': 'zipf(1.5)',"
                        + " 'timeout': '50ms', 'priority': 1, 'queue_timeout': '5ms'}]}")
                .get(0);
        assertThat(model.head().version()).isEqualTo("2");
        assertThat(model.head().priority()).hasValue(1);
        assertThat(model.head().queueTimeout()).contains(Duration.ofMillis(5));
        assertThat(model.weight()).isEqualTo(0.5);
        assertThat(model.inputs().rows()).isEqualTo(3);
        assertThat(model.inputs().shapes())
                .containsExactly(GivenShape.parse("ids:zipf(8,512)"), GivenShape.parse("image:3,8"));
        assertThat(model.inputs().ranges()).containsExactly(NamedRange.parse("n:0,99"));
        assertThat(model.inputs().vocabularies())
                .containsExactly(new NamedFile("q", folder.resolve("words.txt").toAbsolutePath()));
        assertThat(model.inputs().zero()).isTrue();
        assertThat(model.inputs().distinct()).isEqualTo(9);
        assertThat(model.keys()).isEqualTo(KeyChoice.parse("zipf(1.5)"));
        assertThat(model.timeout()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void dataLieBesideTheFile() throws IOException {
        usual.rows = 7;
        usual.zero = true;
        ModelSettings model =
                read("{'models': [{'model': 'm', 'data': 'requests.json'}]}").get(0);
        assertThat(model.inputs().data())
                .contains(folder.resolve("requests.json").toAbsolutePath());
        assertThat(model.inputs().rows()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'models': [{'weight': 3}]}|models[0]: model: nothing is not allowed (expected: a model's name)",
                "{'models': [{'model': 'm'}, {'model': 'm', 'weight': 0}]}|models[1]: weight: 0.0 is not allowed"
                        + " (expected: more than 0)",
                "{'models': [{'model': 'm', 'rows': 1.5}]}|models[0]: rows: 1.5 is not allowed (expected: 1 or more)",
                "{'models': [{'model': 'm', 'zero': 1}]}|models[0]: zero: 1 is not allowed (expected: true or false)",
                "{'models': [{'model': 'm', 'timeout': 5}]}|models[0]: timeout: '5' is not a duration (expected: a number"
                        + " and us, ms, s, m or h, such as 10s)",
                "{'models': [{'model': 'm', 'colour': 1}]}|models[0]: mix: \"colour\" is not allowed (expected: data,"
                        + " distinct, keys, model, priority, queue_timeout, ranges, rows, shapes, timeout, version,"
                        + " vocabularies, weight, zero)",
                "{'models': [{'model': 'm', 'data': 'd', 'zero': true}]}|models[0]: --zero and --data exclude each other:"
                        + " the requests are those of the data",
                "{'models': [1]}|models[0] is not an object (expected: {\"models\": [{\"model\": \"ranker\", \"weight\":"
                        + " 3}, {\"model\": \"encoder\"}]})",
                "{'models': []}|it has not the one field \"models\" (expected: {\"models\": [{\"model\": \"ranker\","
                        + " \"weight\": 3}, {\"model\": \"encoder\"}]})",
                "{'models'|it is not JSON (expected: {\"models\": [{\"model\": \"ranker\", \"weight\": 3}, {\"model\":"
                        + " \"encoder\"}]})"
            })
    void whatIsWrongIsPlaced(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--mix " + folder.resolve("mix.json") + ": " + message);
    }

    private List<ModelSettings> read(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("mix.json"), json.replace('\'', '"'));
        return MixFile.read(file, usual, TIMEOUT);
    }
}
