package dev.tern.server.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialLoadTest {
    private static final SessionSettings DEFAULTS = SessionSettings.defaults();
    private static final SessionSettings UNOPTIMIZED = new SessionSettings(1, 1, false, 2, true, true, Map.of());
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z"));

    @TempDir
    Path directory;

    private Path temporary = Path.of("");

    @BeforeEach
    void makeDirectories() throws IOException {
        temporary = Files.createDirectory(directory.resolve("tmp"));
    }

    @AfterEach
    void noTrialIsLeftBehind() {
        assertThat(temporary).isEmptyDirectory();
        assertThat(children())
                .as("child processes that use this test's directory")
                .isEmpty();
    }

    private List<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(directory.toString()))
                .toList();
    }

    @Test
    void aModelThatCrashesTheRuntimeIsReportedByAServerThatLives() throws Exception {
        OnnxModel model = read(OddModels.crashing());

        assertThatThrownBy(() -> trial().check(model, DEFAULTS))
                .isInstanceOf(EngineException.class)
                .hasMessage("crashes ONNX Runtime while being loaded (SIGSEGV); not loaded into the server");
        assertThat(remembered()).isZero();
    }

    @Test
    void theSameModelLoadsWithSettingsThatSpareTheFault() throws Exception {
        OnnxModel model = read(OddModels.crashing());

        trial().check(model, UNOPTIMIZED);
        try (OnnxSession session = OnnxSessions.open(model, UNOPTIMIZED)) {
            assertThat(session.signature()).isEqualTo(model.signature());
        }
        // A success with these settings says nothing about others.
        assertThatThrownBy(() -> trial().check(model, DEFAULTS)).hasMessageContaining("crashes ONNX Runtime");
    }

    @Test
    void aSuccessIsRememberedAcrossStarts() throws Exception {
        OnnxModel model = read(OnnxModels.simple());

        trial().check(model, DEFAULTS);
        assertThat(remembered()).isOne();
        noProcess().check(model, DEFAULTS);
        assertThatThrownBy(() -> noProcess().check(model, UNOPTIMIZED)).hasMessageContaining("not loaded");
    }

    @Test
    void halfAMemoryIsNone() throws Exception {
        OnnxModel model = read(OnnxModels.simple());
        trial().check(model, DEFAULTS);
        try (Stream<Path> files = Files.list(directory.resolve("state/trial-loads"))) {
            Files.writeString(files.findFirst().orElseThrow(), "outcome=lo");
        }

        assertThatThrownBy(() -> noProcess().check(model, DEFAULTS)).hasMessageContaining("not loaded");
    }

    @Test
    void anOrdinaryRefusalKeepsItsReason() throws Exception {
        OnnxModel model = read(OddModels.unknownDomain());

        assertThatThrownBy(() -> trial().check(model, DEFAULTS))
                .hasMessage("Fatal error: com.example.recsys:HashAndCross(-1) is not a registered function/op");
        assertThat(remembered()).isZero();
    }

    @Test
    void trustedRepositoriesNeedNoTrial() throws Exception {
        OnnxModel model = read(OddModels.crashing());

        assertThatCode(() -> TrialLoad.off().check(model, DEFAULTS)).doesNotThrowAnyException();
    }

    @Test
    void rewrittenModelsAreTriedAsTheyWillBeServed() throws Exception {
        OnnxModel unsigned = read(OnnxModels.identity(DataType.UINT64));
        trial().check(unsigned, DEFAULTS);

        Path file = Files.write(directory.resolve("model.onnx"), OnnxModels.optionalInput());
        trial().check(OnnxModel.read(file, Set.of("bias")), DEFAULTS);
        assertThat(remembered()).isEqualTo(2);
    }

    @Test
    void aTrialThatTakesTooLongIsEnded() throws Exception {
        OnnxModel model = read(OnnxModels.simple());
        TrialLoad impatient = trial(TrialLoadMain.class.getName(), Duration.ZERO);

        assertThatThrownBy(() -> impatient.check(model, DEFAULTS))
                .hasMessage("took longer than 0 s to load in a process of its own; not loaded into the server");
    }

    @Test
    @Timeout(60)
    void stoppingEndsTheTrialsUnderWayAndThoseToCome() throws Exception {
        OnnxModel model = read(OddModels.slowToOpen());
        TrialLoad trial = trial();
        FutureTask<Void> check = new FutureTask<>(() -> {
            trial.check(model, DEFAULTS);
            return null;
        });
        new Thread(check, "loader").start();
        while (children().isEmpty()) {
            Thread.onSpinWait();
        }
        trial.stop();

        assertThatThrownBy(check::get).cause().hasMessage("not loaded, the server is stopping");
        assertThatThrownBy(() -> trial.check(model, DEFAULTS)).hasMessage("not loaded, the server is stopping");
        assertThat(remembered()).isZero();
    }

    @Test
    void aStateDirectoryThatCannotBeWrittenIsNoFailure() throws Exception {
        OnnxModel model = read(OnnxModels.simple());
        Path notADirectory = Files.createFile(directory.resolve("file"));
        TrialLoad trial = TrialLoad.inChildProcess(notADirectory, () -> TIMEOUT, CLOCK);

        assertThatCode(() -> trial.check(model, DEFAULTS)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "quo\"te", "back\\slash", "caf\u00e9"})
    void anyFileNameReachesTheChild(String name) throws Exception {
        Path file = Files.write(directory.resolve(name + ".onnx"), OnnxModels.simple());

        trial().check(OnnxModel.read(file), DEFAULTS);
        assertThat(remembered()).isOne();
    }

    private TrialLoad trial() {
        return trial(TrialLoadMain.class.getName(), TIMEOUT);
    }

    /** A trial whose child cannot succeed: it passes only without one. */
    private TrialLoad noProcess() {
        return trial("dev.tern.NoSuchMain", TIMEOUT);
    }

    private TrialLoad trial(String mainClass, Duration timeout) {
        return new ChildTrialLoad(
                new TrialMemory(directory.resolve("state"), CLOCK),
                new TrialChild(mainClass, () -> timeout, temporary));
    }

    private long remembered() throws IOException {
        Path memory = directory.resolve("state/trial-loads");
        if (!Files.exists(memory)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(memory)) {
            return files.count();
        }
    }

    private OnnxModel read(byte[] bytes) throws Exception {
        return OnnxModel.read(Files.write(directory.resolve("model.onnx"), bytes));
    }
}
