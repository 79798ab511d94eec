package dev.tern.server.boot.options;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The facts outside the command line that settings depend on.
 *
 * @param environment the process's variables
 * @param home the distribution's directory, whose conf/tern.yaml is read; empty when not run from one
 * @param userHome where the state directory is by default
 * @param processors cores this process may use, at least 1
 * @param heapBytes the most that the heap may grow to
 */
public record Surroundings(
        Map<String, String> environment, Optional<Path> home, Path userHome, int processors, long heapBytes) {

    public static Surroundings ofThisProcess() {
        return new Surroundings(
                System.getenv(),
                Optional.ofNullable(System.getProperty("tern.home")).map(Path::of),
                userHome(System.getProperty("user.home", "?")),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory());
    }

    // The JVM says "?" for a user that has no entry in /etc/passwd, as in some containers.
    private static Path userHome(String property) {
        return Path.of(property.equals("?") ? System.getProperty("java.io.tmpdir", "/tmp") : property);
    }

    Optional<Path> configFile() {
        return home.map(it -> it.resolve("conf").resolve("tern.yaml"));
    }

    Path stateDirectory() {
        String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
        Path parent =
                xdg.startsWith("/") ? Path.of(xdg) : userHome.resolve(".local").resolve("state");
        return parent.resolve("tern");
    }
}
