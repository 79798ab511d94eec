package dev.tern.bench.verify;

import java.nio.file.Path;

/** Recorded answers cannot be used or written; the message names the file and what is expected. */
public final class AnswerFileException extends RuntimeException {
    AnswerFileException(Path file, String why) {
        super("answers in " + file + ": " + why);
    }
}
