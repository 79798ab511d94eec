package dev.tern.server.engine.onnx;

import dev.tern.server.engine.onnx.graph.OnnxModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been opened here without harm: one small file each, whose name is the key. Any thread may use it. */
final class TrialMemory {
    private static final Logger log = LoggerFactory.getLogger(TrialMemory.class);
    private static final String LOADED = "outcome=loaded";
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private final Path directory;
    private final InstantSource clock;

    TrialMemory(Path stateDirectory, InstantSource clock) {
        this.directory = stateDirectory.resolve("trial-loads");
        this.clock = clock;
    }

    /** What a success depends on; the optimiser chooses by what the processor can do. */
    String key(OnnxModel model, SessionSettings settings) {
        return sha256(String.join(
                "\n",
                model.digest(),
                OnnxSessions.runtimeVersion(),
                settings.digest(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                processorFeatures()));
    }

    boolean hasLoaded(String key) {
        try {
            Path file = directory.resolve(key);
            return Files.exists(file) && Files.readAllLines(file).contains(LOADED);
        } catch (IOException e) {
            log.warn("trial load: '{}' cannot be read, trying again", directory.resolve(key), e);
            return false;
        }
    }

    void remember(String key, OnnxModel model, SessionSettings settings) {
        String text = LOADED + "\nwhen=" + clock.instant() + "\nfile=" + model.file() + "\ndigest=" + model.digest()
                + "\nonnxruntime=" + OnnxSessions.runtimeVersion() + "\n" + settings.toText();
        try {
            Files.createDirectories(directory);
            Path written = Files.createTempFile(directory, key, ".new");
            Files.writeString(written, text);
            Files.move(written, directory.resolve(key), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            log.warn(
                    "trial load: '{}' cannot be written, the next start will try '{}' again",
                    directory,
                    model.file(),
                    e);
        }
    }

    private static String processorFeatures() {
        if (!Files.isReadable(CPU_INFO)) {
            return "";
        }
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .limit(1)
                    .collect(Collectors.joining());
        } catch (IOException e) {
            log.warn("trial load: '{}' cannot be read", CPU_INFO, e);
            return "";
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
