package dev.tern.server.boot.assembly;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The models that come with the server, laid out as a model repository in a temporary directory while it runs. */
public final class DemoRepository implements AutoCloseable {
    private static final String RESOURCES = "/demo-repository/";
    private static final List<String> WITH_A_FILE =
            List.of("ranker", "encoder", "user_tower", "item_tower", "pair_ranker");

    private static final List<String> WITHOUT = List.of("hash_users", "hash_items", "best_items", "recommend");

    private final Path directory;

    private DemoRepository(Path directory) {
        this.directory = directory;
    }

    static DemoRepository unpack() throws IOException {
        DemoRepository repository = new DemoRepository(Files.createTempDirectory("tern-demo-"));
        for (String model : WITH_A_FILE) {
            repository.add(model + "/config.pbtxt");
            repository.add(model + "/1/model.onnx");
        }
        for (String model : WITHOUT) {
            repository.add(model + "/config.pbtxt");
            Files.createDirectories(repository.directory.resolve(model).resolve("1"));
        }
        return repository;
    }

    private void add(String file) throws IOException {
        Path target = directory.resolve(file);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        try (InputStream in = open(file)) {
            Files.copy(in, target);
        }
    }

    /** A file that comes with the demo models, such as the held-out set of the ranker. */
    public static InputStream open(String file) throws IOException {
        InputStream in = DemoRepository.class.getResourceAsStream(RESOURCES + file);
        if (in == null) {
            throw new IOException("this build lacks the demo file " + file);
        }
        return in;
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = new ArrayList<>(files.toList());
            deepestFirst.sort(Comparator.reverseOrder());
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A temporary directory that stays behind harms nobody.
        }
    }
}
