package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which threads of a real server give way to others, by what the kernel says of them. */
@EnabledOnOs(OS.LINUX)
class GiveWayTest {
    /** Of the fields behind the name, from 0. */
    private static final int NICE = 16;

    private static final String LOADER = "tern-loader-1";
    /** As long as the kernel's names are. */
    private static final String PROMPT = "tern-prompt-load";

    private static final ControlSettings EXPLICIT = new ControlSettings(
            ControlMode.EXPLICIT, List.of("first"), Duration.ofSeconds(15), 0, OptionalLong.empty());

    @TempDir
    Path directory;

    private record Task(String name, int nice) {}

    @Test
    void loadersDoOnceTheServerIsReadyAndNothingThatRequestsWaitFor() throws IOException {
        int own = tasks("thread-self").get(0).nice();
        List<String> before = nicer(own);
        model("first", 1);
        try (TestServer server = TestServer.builder(directory)
                .control(EXPLICIT)
                .backgroundNiceness(15)
                .warmUp(Duration.ofMillis(200))
                .start()) {
            assertThat(since(before, own))
                    .as("loaded before the server was ready")
                    .allMatch(name -> name.startsWith("C2 Compiler"));
            assertThat(nicer(own)).anyMatch(name -> name.startsWith("C2 Compiler"));

            model("second", 1);
            load(server, "second");
            assertThat(since(before, own)).contains(LOADER).allMatch(GiveWayTest::mayGiveWay);

            int prompt = named(PROMPT);
            model("third", 2);
            load(server, "third");
            assertThat(named(PROMPT)).as("with the session's own").isGreaterThan(prompt);
            assertThat(since(before, own)).contains(LOADER).allMatch(GiveWayTest::mayGiveWay);
        }
    }

    /** The launcher has all compilers start at once; where one starts another, it gives way as that does. */
    private static boolean mayGiveWay(String name) {
        return Stream.of("C1 Compiler", "C2 Compiler", "tern-loader", "tern-repository")
                .anyMatch(name::startsWith);
    }

    /** Names of the threads that give way now and are not in {@code before}, of earlier tests of this process. */
    private static List<String> since(List<String> before, int own) throws IOException {
        List<String> now = new ArrayList<>(nicer(own));
        before.forEach(now::remove);
        return now;
    }

    private void model(String name, int threads) throws IOException {
        ModelDirectory.of(directory, name)
                .version(1, OnnxModels.mlp(4, 4, 1))
                .config("parameters { key: 'intra_op_thread_count' value { string_value: '" + threads + "' } }");
    }

    private static void load(TestServer server, String model) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName(model)
                        .build());
    }

    /** Names of the threads that give way to one of niceness {@code own}. */
    private static List<String> nicer(int own) throws IOException {
        return tasks("self/task").stream()
                .filter(task -> task.nice() > own)
                .map(Task::name)
                .toList();
    }

    private static int named(String name) throws IOException {
        return (int) tasks("self/task").stream()
                .filter(task -> name.startsWith(task.name()))
                .count();
    }

    /** Of this thread, or of all of this process's. */
    private static List<Task> tasks(String of) throws IOException {
        Path place = Path.of("/proc", of);
        if (Files.exists(place.resolve("stat"))) {
            return List.of(task(Files.readString(place.resolve("stat"))));
        }
        List<Task> tasks = new ArrayList<>();
        try (Stream<Path> all = Files.list(place)) {
            for (Path each : all.toList()) {
                try {
                    tasks.add(task(Files.readString(each.resolve("stat"))));
                } catch (IOException e) {
                    // It ended meanwhile.
                }
            }
        }
        return tasks;
    }

    private static Task task(String stat) {
        int end = stat.lastIndexOf(')');
        String[] rest = stat.substring(end + 2).split(" ", -1);
        return new Task(stat.substring(stat.indexOf('(') + 1, end), Integer.parseInt(rest[NICE]));
    }
}
