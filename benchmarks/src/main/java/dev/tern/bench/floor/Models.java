package dev.tern.bench.floor;

import dev.tern.bench.models.BenchModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Puts a workload's model into a model repository. */
final class Models {
    private static final long SEED = 1;
    private static final String DEMO = "demo-repository/";
    private static final List<String> RANKER = List.of("ranker/config.pbtxt", "ranker/1/model.onnx");

    private Models() {}

    /**
     * Writes the one model.
     *
     * @param launcher of the server, beside whose libraries its demo model is found
     */
    static void write(Path repository, Workload workload, Path launcher) throws IOException {
        if (workload.model().equals(Workload.RANKER)) {
            copyRanker(repository, launcher);
        } else {
            BenchModels.write(repository, SEED, List.of(workload.model()));
        }
    }

    private static void copyRanker(Path repository, Path launcher) throws IOException {
        try (ZipFile jar = new ZipFile(serverJar(launcher).toFile())) {
            for (String file : RANKER) {
                ZipEntry entry = jar.getEntry(DEMO + file);
                if (entry == null) {
                    throw new IOException(jar.getName() + " has no " + DEMO + file);
                }
                Path copy = repository.resolve(file);
                Files.createDirectories(repository.resolve(file).resolveSibling(""));
                try (InputStream in = jar.getInputStream(entry)) {
                    Files.copy(in, copy);
                }
            }
        }
    }

    private static Path serverJar(Path launcher) throws IOException {
        Path libraries = launcher.toRealPath().resolveSibling("../lib").normalize();
        try (var jars = Files.newDirectoryStream(libraries, "tern-server*.jar")) {
            for (Path each : jars) {
                return each;
            }
        }
        throw new IOException(
                libraries + " has no tern-server*.jar: is " + launcher + " the launcher of a distribution?");
    }
}
