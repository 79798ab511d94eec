package dev.tern.bench.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import dev.tern.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FillingTest {
    private static final TensorInfo WORD = new TensorInfo("word", "BYTES", List.of(-1L));
    private static final TensorInfo ID = new TensorInfo("id", "INT16", List.of(-1L));

    @TempDir
    Path folder;

    @Test
    void zerosAndEmptyTexts() throws InvalidProtocolBufferException {
        RequestPool pool = pool(3, true, List.of(), WORD, ID);
        assertThat(request(pool, 0).getRawInputContents(0)).isEqualTo(ByteString.copyFrom(new byte[12]));
        assertThat(request(pool, 0).getRawInputContents(1)).isEqualTo(ByteString.copyFrom(new byte[6]));
        assertThat(pool.rows(0)).isEqualTo(3);
    }

    @Test
    void wordsComeFromTheVocabularyAlsoAmongZeros() throws IOException {
        Path words = Files.writeString(folder.resolve("words"), "a\n\nb c\n");
        RequestPool pool = pool(1, true, List.of(new NamedFile("word", words)), WORD, ID);
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < pool.size(); i++) {
            seen.add(request(pool, i).getRawInputContents(0).substring(4).toStringUtf8());
            assertThat(request(pool, i).getRawInputContents(1)).isEqualTo(ByteString.copyFrom(new byte[2]));
        }
        assertThat(seen).containsExactly("a", "b c");
    }

    @Test
    void numbersComeFromTheVocabulary() throws IOException {
        Path ids = Files.writeString(folder.resolve("ids"), "258\n-1\n");
        RequestPool pool = pool(1, false, List.of(new NamedFile("id", ids)), ID);
        Set<ByteString> seen = Set.of(ByteString.copyFrom(new byte[] {2, 1}), ByteString.copyFrom(new byte[] {-1, -1}));
        List<ByteString> sent = new ArrayList<>();
        for (int i = 0; i < pool.size(); i++) {
            sent.add(request(pool, i).getRawInputContents(0));
        }
        assertThat(sent).containsAll(seen).allMatch(seen::contains);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1;40000|line 2: 40000 is not allowed (expected: a whole number from -32768 to 32767)",
                "one|line 1: one is not allowed (expected: a whole number from -32768 to 32767)",
                "''|it is empty (expected: one value a line)"
            })
    void vocabulariesThatDoNotFitAreRefused(String lines, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("v"), lines.replace(';', '\n'));
        assertThatThrownBy(() -> pool(1, false, List.of(new NamedFile("id", file)), ID))
                .isInstanceOf(InputException.class)
                .hasMessage("--vocabulary " + file + ": " + message);
    }

    @Test
    void whatHasNoVocabularyIsNamed() {
        Path file = folder.resolve("none");
        TensorInfo flag = new TensorInfo("flag", "BOOL", List.of(1L));
        assertThatThrownBy(() -> pool(1, false, List.of(new NamedFile("id", file)), ID))
                .hasMessage("--vocabulary " + file + ": there is no such file (expected: a file of UTF-8 text)");
        assertThatThrownBy(() -> pool(1, false, List.of(new NamedFile("ids", file)), ID))
                .hasMessage("--vocabulary ids: model 'm' has no such input (it has: id)");
        assertThatThrownBy(() -> pool(1, false, List.of(new NamedFile("flag", file)), flag))
                .hasMessage("--vocabulary flag: a BOOL input takes no vocabulary");
    }

    @Test
    void namesMayHoldColons() {
        assertThat(NamedFile.parse("serving:0:words.txt")).isEqualTo(new NamedFile("serving:0", Path.of("words.txt")));
        assertThatThrownBy(() -> NamedFile.parse("words.txt"))
                .hasMessage("'words.txt' is not an input's file (expected: name:FILE, such as query:words.txt)");
    }

    @Test
    void dataExcludeWhatMakesRequests() {
        assertThatThrownBy(() -> new InputSettings(2, List.of(), List.of(), List.of(), false, Optional.of(folder), 1))
                .hasMessage("--rows and --data exclude each other: the requests are those of the data");
        assertThatThrownBy(() -> new InputSettings(1, List.of(), List.of(), List.of(), true, Optional.of(folder), 1))
                .hasMessage("--zero and --data exclude each other: the requests are those of the data");
    }

    @Test
    void requestsThatTakeTooMuchMemoryAreRefused() {
        PoolBuilder pool = new PoolBuilder(RequestHead.of("m", ""), model(ID), 3 << 20);
        TensorInfo info = new TensorInfo("id", "INT16", List.of(1L << 19));
        FilledTensor large = new FilledTensor(info, ByteString.copyFrom(new byte[1 << 20]));
        pool.add(List.of(large));
        pool.add(List.of(large));
        assertThatThrownBy(() -> pool.add(List.of(large)))
                .isInstanceOf(InputException.class)
                .hasMessage("the first 3 distinct requests take 3 MB, more than the 3 MB that the generator keeps for"
                        + " them (half of its heap): lower --distinct, or start it with more, as in"
                        + " TERN_BENCH_JAVA_OPTS='-XX:+UseParallelGC -Xmx8g'");
    }

    @Test
    void theDigestTellsInputsApartAndNothingElse() {
        InputSettings settings = InputSettings.random(1, List.of(), List.of(), 4);
        RequestPool pool = RequestPool.of(RequestHead.of("m", ""), model(ID), settings, 1);
        assertThat(RequestPool.of(RequestHead.of("n", "2"), model(ID), settings, 1)
                        .digest())
                .isEqualTo(pool.digest())
                .hasSize(64);
        assertThat(RequestPool.of(RequestHead.of("m", ""), model(ID), settings, 2)
                        .digest())
                .isNotEqualTo(pool.digest());
    }

    private static RequestPool pool(int rows, boolean zero, List<NamedFile> vocabularies, TensorInfo... inputs) {
        InputSettings settings =
                new InputSettings(rows, List.of(), List.of(), vocabularies, zero, Optional.empty(), 20);
        return RequestPool.of(RequestHead.of("m", ""), model(inputs), settings, 1);
    }

    private static ModelInfo model(TensorInfo... inputs) {
        return new ModelInfo("m", "", List.of(), Arrays.asList(inputs), List.of(), OptionalInt.empty());
    }

    private static ModelInferRequest request(RequestPool pool, int place) throws InvalidProtocolBufferException {
        return ModelInferRequest.parseFrom(pool.get(place));
    }
}
