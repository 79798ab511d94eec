package dev.tern.server.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Registers a model's libraries of operators. Each is mapped from a copy of its own: a file that somebody writes over while
 * it is mapped would change the code under the requests that run in it, and one of the same name that has changed would not
 * be looked at again.
 */
final class OperatorLibraries {
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
                throw new EngineException(
                        name + " cannot be loaded: "
                                + OrtErrors.message(e).replace(copy.toString(), String.valueOf(library.getFileName())),
                        e);
            } finally {
                // What is mapped stays so without its name.
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new EngineException(name + " cannot be read or copied to the temporary directory", e);
        }
    }
}
