package dev.tern.server.boot.options;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Settings read as the serve command reads them, on a machine of eight cores. */
final class CommandLines {
    static final Path USER_HOME = Path.of("/home/ada");

    static final long HEAP_BYTES = 1L << 30;

    private CommandLines() {}

    static CommandLine serve() {
        CommandSpec spec = CommandSpec.create().name("serve");
        ServeOptions.addTo(spec);
        return new CommandLine(spec);
    }

    static ServerOptions resolve(String... flags) {
        return resolve(Map.of(), flags);
    }

    static ServerOptions resolve(Map<String, String> environment, String... flags) {
        return resolve(new Surroundings(environment, Optional.empty(), USER_HOME, 8, HEAP_BYTES), flags);
    }

    static ServerOptions resolve(Surroundings surroundings, String... flags) {
        return ServeOptions.resolve(serve().parseArgs(flags), surroundings);
    }
}
