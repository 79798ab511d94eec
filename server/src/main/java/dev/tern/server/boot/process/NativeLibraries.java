package dev.tern.server.boot.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * ONNX Runtime's native libraries, unpacked once. Its Java binding copies them out of its jar at every start else, which
 * takes a tenth of a second; {@code bin/tern} tells it where these are.
 */
public final class NativeLibraries {
    private static final String MARK = "ai/onnxruntime/OrtEnvironment.class";
    static final String ALL = "ai/onnxruntime/native/";

    private NativeLibraries() {}

    /**
     * Unpacks those for this machine to a folder below {@code parent} that has the name of the jar they come from, so
     * that they are never used with another version's; there already, they stay.
     *
     * @return the folder; it is not there if the jar has none for this machine
     */
    public static Path unpack(Path parent) throws IOException {
        URL mark = ClassLoader.getSystemResource(MARK);
        if (mark == null || !(mark.openConnection() instanceof JarURLConnection connection)) {
            throw new IOException("ONNX Runtime's classes are in no jar");
        }
        try (JarFile jar = new JarFile(file(connection))) {
            String name = String.valueOf(Path.of(jar.getName()).getFileName());
            Path folder = parent.resolve(name.substring(0, name.length() - ".jar".length()));
            if (!Files.exists(folder)) {
                unpack(jar, parent, folder);
            }
            return folder;
        }
    }

    private static File file(JarURLConnection connection) throws IOException {
        try {
            return new File(connection.getJarFileURL().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** All of {@code jar}'s libraries for this machine to {@code folder} in {@code parent}, unless another is first. */
    static void unpack(JarFile jar, Path parent, Path folder) throws IOException {
        List<JarEntry> libraries = jar.stream()
                .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(ALL + platform() + "/"))
                .toList();
        if (libraries.isEmpty()) {
            return;
        }
        // Beside its place first, so that nobody starts with half of them.
        Path unpacked = Files.createTempDirectory(parent, "native");
        try {
            for (JarEntry library : libraries) {
                String file = library.getName().substring(library.getName().lastIndexOf('/') + 1);
                try (InputStream bytes = jar.getInputStream(library)) {
                    Files.copy(bytes, unpacked.resolve(file));
                }
            }
            unpacked.toFile().setReadable(true, false);
            unpacked.toFile().setExecutable(true, false);
            moveInto(unpacked, folder);
        } finally {
            remove(unpacked);
        }
    }

    private static void moveInto(Path unpacked, Path folder) throws IOException {
        try {
            Files.move(unpacked, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // What another one has put there in the meantime is from the same jar.
            if (!Files.exists(folder)) {
                throw e;
            }
        }
    }

    /** A folder of files; to no effect if it has been moved away. */
    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** As ONNX Runtime names it: {@code linux-x64}, {@code linux-aarch64}. */
    static String platform() {
        String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return "linux-" + (architecture.equals("amd64") ? "x64" : architecture);
    }
}
