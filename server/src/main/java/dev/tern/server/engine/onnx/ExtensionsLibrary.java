package dev.tern.server.engine.onnx;

import dev.tern.server.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Operators for texts, images and sound: onnxruntime-extensions, which is no part of the server. Where its jar is on the
 * class path its library is unpacked when a model first asks for it.
 */
public final class ExtensionsLibrary {
    private static final String FOLDER = "/ai/onnxruntime/extensions/native/";
    private static final String LIBRARY = System.mapLibraryName("onnxruntime_extensions4j_jni");

    private static @Nullable Path unpacked;

    private ExtensionsLibrary() {}

    /**
     * The unpacked library, a temporary file that the end of the process deletes.
     *
     * @throws EngineException if the jar is not there, or has no library for this machine
     */
    public static synchronized Path file() throws EngineException {
        Path file = unpacked;
        if (file == null || !Files.exists(file)) {
            file = unpack(FOLDER + platform() + "/" + LIBRARY);
            unpacked = file;
        }
        return file;
    }

    private static Path unpack(String resource) throws EngineException {
        try (InputStream library = ExtensionsLibrary.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new EngineException(
                        "onnxruntime-extensions for " + platform() + " is not installed (expected: the"
                                + " jar com.microsoft.onnxruntime:onnxruntime-extensions in the server's lib directory)");
            }
            Path file = Files.createTempFile("onnxruntime-extensions-", LIBRARY);
            file.toFile().deleteOnExit();
            Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new EngineException("onnxruntime-extensions cannot be unpacked to the temporary directory", e);
        }
    }

    /** As the jar's folders are named. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch");
        String os = system.contains("win") ? "win" : "linux";
        return (system.contains("mac") ? "osx" : os) + "-" + (processor.equals("amd64") ? "x64" : processor);
    }
}
