package dev.tern.server.repository.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a file system says of a file without reading it. On Unix with the time of its last change of any kind ({@code
 * ctime}), which no copying tool sets back: a file that was written to, or replaced by another, has a new stamp, unless
 * it was written to twice within one tick of the file system's clock (milliseconds) and left as large as it was.
 */
record FileStamp(Map<String, Object> attributes) {
    private static final String UNIX = "unix:size,lastModifiedTime,ctime,fileKey";
    private static final String ELSEWHERE = "size,lastModifiedTime,creationTime";

    static FileStamp of(Path file) throws IOException {
        boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
        return new FileStamp(Files.readAttributes(file, unix ? UNIX : ELSEWHERE));
    }
}
