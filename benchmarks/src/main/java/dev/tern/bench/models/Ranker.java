package dev.tern.bench.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The demo's model, which comes with the server: 13 floats and 26 whole numbers a row. */
public final class Ranker {
    /** Its name. */
    public static final String NAME = "ranker";

    private static final String DEMO = "demo-repository/ranker/";
    private static final String CONFIG = "config.pbtxt";
    private static final String MODEL = "1/model.onnx";

    private Ranker() {}

    /**
     * Puts a copy into a model repository.
     *
     * @param launcher of the server, beside whose libraries the model is found
     * @param name of the copy
     * @param settings what is added to its {@code config.pbtxt}
     */
    public static void write(Path repository, Path launcher, String name, String settings) throws IOException {
        try (ZipFile jar = new ZipFile(serverJar(launcher).toFile())) {
            Path model = repository.resolve(name).resolve(MODEL);
            Files.createDirectories(model.resolveSibling(""));
            Files.write(model, read(jar, MODEL));
            String config = new String(read(jar, CONFIG), StandardCharsets.UTF_8)
                    .replace("name: \"" + NAME + "\"", "name: \"" + name + "\"");
            Files.writeString(repository.resolve(name).resolve(CONFIG), config + settings, StandardCharsets.UTF_8);
        }
    }

    private static byte[] read(ZipFile jar, String file) throws IOException {
        ZipEntry entry = jar.getEntry(DEMO + file);
        if (entry == null) {
            throw new IOException(jar.getName() + " has no " + DEMO + file);
        }
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
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
