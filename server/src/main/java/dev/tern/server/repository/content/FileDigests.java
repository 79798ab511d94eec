package dev.tern.server.repository.content;

import java.io.IOException;
import java.nio.file.Path;

/** Says what is in a file. */
public interface FileDigests {
    /** For where nobody asks whether a file has changed: reads nothing. */
    FileDigests NONE = file -> "";

    /** Reads each file whenever it is asked. */
    FileDigests READING = Sha256::ofFile;

    /** 64 hexadecimal digits, equal for equal contents; "" where digests are not wanted. Blocks on the file system. */
    String of(Path file) throws IOException;
}
