package dev.tern.server.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import dev.tern.server.engine.EngineException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Words ONNX Runtime's errors for callers and operators: as they are, without the library's own source locations. */
final class OnnxErrors {
    private static final Pattern PREFIX = Pattern.compile("^Error code - \\w+ - message: ");
    private static final Pattern SOURCE_LOCATION = Pattern.compile("(?:file )?\\S*/\\S+\\.(?:cc|h|cpp|hpp):\\d+ ?");

    private OnnxErrors() {}

    /** A run that failed, worded as Triton does. */
    static EngineException running(OrtException e) {
        return new EngineException("onnx runtime error " + code(e) + ": " + clean(String.valueOf(e.getMessage())), e);
    }

    /** The runtime's own number, which the binding does not tell but maps from; -1 for one it does not know. */
    private static int code(OrtException e) {
        return IntStream.range(0, OrtErrorCode.values().length)
                .filter(number -> OrtErrorCode.mapFromInt(number) == e.getCode())
                .findFirst()
                .orElse(-1);
    }

    static String clean(String message) {
        String text = PREFIX.matcher(message).replaceFirst("");
        return SOURCE_LOCATION.matcher(text).replaceAll("").strip();
    }
}
