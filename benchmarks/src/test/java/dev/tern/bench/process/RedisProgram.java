package dev.tern.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A real redis-server, for Linux on amd64. */
public final class RedisProgram {
    private RedisProgram() {}

    /** Writes it into a directory. */
    public static Path in(Path directory) throws IOException {
        Path program = directory.resolve("redis-server");
        try (InputStream in =
                Objects.requireNonNull(RedisProgram.class.getResourceAsStream("/redis-server-6.2.6-v5-linux-amd64"))) {
            Files.copy(in, program);
        }
        if (!program.toFile().setExecutable(true)) {
            throw new IOException(program + " cannot be made executable");
        }
        return program;
    }
}
