package dev.tern.bench.models;

import dev.tern.proto.onnx.ModelProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Writes the models as a model repository: each network under each of its schedules as a model of its own. */
public final class BenchModels {
    private BenchModels() {}

    /** The names of all models. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Network network : Network.ALL) {
            network.schedules().forEach(schedule -> names.add(name(network, schedule)));
        }
        return names;
    }

    /** The latency objective that the models of {@code network} have where they have one, in milliseconds. */
    public static int objectiveMillis(String network) {
        return Network.ALL.stream()
                .filter(each -> each.name().equals(network))
                .findFirst()
                .orElseThrow()
                .objectiveMillis();
    }

    /**
     * Writes the models {@code wanted}, of {@link #names}, into {@code repository}, which is made if it is missing. Files
     * of the same name are replaced. Models of one network share one file through hard links where the file system has
     * them.
     *
     * @param seed the same seed gives the same bytes
     */
    public static void write(Path repository, long seed, List<String> wanted) throws IOException {
        for (Network network : Network.ALL) {
            List<Schedule> schedules = network.schedules().stream()
                    .filter(schedule -> wanted.contains(name(network, schedule)))
                    .toList();
            if (!schedules.isEmpty()) {
                write(repository, network, schedules, seed);
            }
        }
    }

    /**
     * Writes one model with versions 1, 2, ... whose answers differ.
     *
     * @param name of {@link #names}
     * @param settings what its {@code config.pbtxt} has besides
     * @param versions how many
     */
    public static void writeVersions(Path repository, String name, String settings, int versions) throws IOException {
        Network network = network(name);
        for (int version = 1; version <= versions; version++) {
            Path directory = repository.resolve(name).resolve(Integer.toString(version));
            write(
                    Files.createDirectories(directory).resolve("model.onnx"),
                    network.weights().apply(version));
        }
        configure(repository, name, settings);
    }

    /** Replaces the {@code config.pbtxt} of a model that was written, in one step. */
    public static void configure(Path repository, String name, String settings) throws IOException {
        Network network = network(name);
        Schedule schedule = network.schedules().stream()
                .filter(each -> name(network, each).equals(name))
                .findFirst()
                .orElseThrow();
        Path config = repository.resolve(name).resolve("config.pbtxt");
        Path next = repository.resolve(name).resolve("config.pbtxt.next");
        Files.writeString(next, network.config(schedule) + settings, StandardCharsets.UTF_8);
        Files.move(next, config, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Network network(String name) {
        return Network.ALL.stream()
                .filter(network -> network.schedules().stream()
                        .anyMatch(each -> name(network, each).equals(name)))
                .findFirst()
                .orElseThrow();
    }

    private static void write(Path repository, Network network, List<Schedule> schedules, long seed)
            throws IOException {
        Path first = null;
        for (Schedule schedule : schedules) {
            Path directory = repository.resolve(name(network, schedule));
            Path file = Files.createDirectories(directory.resolve("1")).resolve("model.onnx");
            // Not over an old file, which other models may be links to.
            Files.deleteIfExists(file);
            if (first == null) {
                write(file, network.weights().apply(seed));
                first = file;
            } else {
                link(file, first);
            }
            Files.writeString(directory.resolve("config.pbtxt"), network.config(schedule), StandardCharsets.UTF_8);
        }
    }

    private static void write(Path file, ModelProto model) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            model.writeTo(out);
        }
    }

    private static void link(Path file, Path existing) throws IOException {
        try {
            Files.createLink(file, existing);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(existing, file);
        }
    }

    private static String name(Network network, Schedule schedule) {
        return network.name() + "-" + schedule.name();
    }
}
