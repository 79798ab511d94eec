package dev.tern.server.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers a model's libraries of operators. Each is mapped from a copy of its own: a file that somebody writes over while
 * it is mapped would change the code under the requests that run in it, and one of the same name that has changed would not
 * be looked at again.
 */
final class OperatorLibraries {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorLibraries.class);

    /** What says where it is: callers may read errors, and paths are not for them. */
    private static final String TEMPORARY = "java.io.tmpdir";

    private static final String MAPPING_REFUSED = "failed to map segment";

    private OperatorLibraries() {}

    /**
     * Makes the libraries' operators known to sessions made with {@code options}, which is to stay open for longer than
     * those: closing it unmaps the libraries.
     */
    static void register(OnnxModel model, SessionOptions options) throws EngineException {
        for (Path library : model.operatorLibraries()) {
            register(library, options);
        }
    }

    private static void register(Path library, SessionOptions options) throws EngineException {
        String name = "operator library '" + library.getFileName() + "'";
        try {
            Path copy = Files.createTempFile("tern-operators-", ".so");
            try {
                Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
                options.registerCustomOpLibrary(copy.toString());
            } catch (OrtException e) {
                String reason = OrtErrors.message(e).replace(copy.toString(), String.valueOf(library.getFileName()));
                throw new EngineException(name + " cannot be loaded: " + reason + hint(reason), e);
            } finally {
                delete(copy);
            }
        } catch (IOException e) {
            throw new EngineException(
                    name + " cannot be read, or not copied to the temporary directory (" + TEMPORARY + ")", e);
        }
    }

    /** What the loader says of a file that it may read but not execute. */
    static String hint(String reason) {
        return reason.contains(MAPPING_REFUSED)
                ? " (its copy is in the temporary directory, " + TEMPORARY + ", which must not be mounted noexec)"
                : "";
    }

    /** What is mapped stays so without its name. */
    private static void delete(Path copy) {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            LOG.warn("{}, the copy of an operator library, cannot be deleted", copy, e);
        }
    }
}
