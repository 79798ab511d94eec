package dev.tern.server.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import dev.tern.server.engine.EngineException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** ONNX Runtime's error texts without what only its own makers need: error codes, source files, C++ signatures. */
final class OrtErrors {
    private static final Pattern CODE = Pattern.compile("^Error code - \\w+ - message: ");
    private static final Pattern INNER_CODE = Pattern.compile("\\[ONNXRuntimeError\\] : \\d+ : \\w+ : ");
    private static final Pattern LOADING = Pattern.compile("^Load model from .*? failed: ?");
    private static final Pattern SOURCE_PATH = Pattern.compile("/onnxruntime_src/\\S+:\\d+ ");
    private static final Pattern SOURCE_FILE = Pattern.compile("\\b\\w+\\.(?:cc|cpp|h):\\d+ \\w+ ");

    private OrtErrors() {}

    /** A run that failed, worded as Triton does. */
    static EngineException running(OrtException e) {
        return new EngineException("onnx runtime error " + code(e) + ": " + message(e), e);
    }

    /** The runtime's own number, which the binding does not tell but maps from; -1 for one it does not know. */
    private static int code(OrtException e) {
        return IntStream.range(0, OrtErrorCode.values().length)
                .filter(number -> OrtErrorCode.mapFromInt(number) == e.getCode())
                .findFirst()
                .orElse(-1);
    }

    static String message(OrtException e) {
        return clean(String.valueOf(e.getMessage()));
    }

    /** As {@link #message(OrtException)}, with files in {@code directory} by their names alone. */
    static String message(OrtException e, Path directory) {
        return message(e).replace(directory + "/", "").replace(directory.toString(), "the model's directory");
    }

    static String clean(String text) {
        String rest = CODE.matcher(text).replaceFirst("");
        rest = LOADING.matcher(rest).replaceFirst("");
        Matcher path = SOURCE_PATH.matcher(rest);
        while (path.find()) {
            rest = rest.substring(0, path.start()) + rest.substring(signatureEnd(rest, path.end()));
            path = SOURCE_PATH.matcher(rest);
        }
        rest = INNER_CODE.matcher(rest).replaceAll("");
        return SOURCE_FILE.matcher(rest).replaceAll("").strip();
    }

    /** Where the text goes on after the C++ signature that begins at {@code start}. */
    private static int signatureEnd(String text, int start) {
        int depth = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
                boolean closes = depth == 0 && (i + 1 == text.length() || text.charAt(i + 1) == ' ');
                if (closes) {
                    return qualifiersEnd(text, i + 1);
                }
            }
        }
        return start;
    }

    private static int qualifiersEnd(String text, int start) {
        int end = start;
        if (text.startsWith(" const", end)) {
            end += " const".length();
        }
        if (text.startsWith(" [with ", end) && text.indexOf("] ", end) > 0) {
            end = text.indexOf("] ", end) + 1;
        }
        return end < text.length() ? end + 1 : end;
    }
}
