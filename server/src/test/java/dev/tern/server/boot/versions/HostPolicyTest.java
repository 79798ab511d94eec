package dev.tern.server.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.server.boot.Requests;
import dev.tern.server.boot.TestServer;
import dev.tern.server.boot.options.HostPolicy;
import dev.tern.server.engine.onnx.OpenNatives;
import dev.tern.server.host.CpuSet;
import dev.tern.server.host.ThreadAffinity;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where the kernel lets a server's threads run, as its host policies say. */
@EnabledOnOs(OS.LINUX)
class HostPolicyTest {
    private static final String RUNNER = "tern-runner-1";

    @TempDir
    Path directory;

    @Test
    void theRunnerIsPinnedByTheInstanceItRuns() throws IOException {
        CpuSet all = ThreadAffinity.ofCallingThread();
        CpuSet last = new CpuSet(List.of(all.cpus().get(all.size() - 1)));
        model("pinned", "instance_group { count: 1 host_policy: 'far' }");
        model("free", "instance_group { count: 1 }");
        model("misspelt", "instance_group { count: 1 host_policy: 'fahr' }");
        try (TestServer server = TestServer.builder(directory)
                .executionSlots(1)
                .hostPolicies(cores("far", last))
                .start()) {
            assertThat(threads(RUNNER)).containsExactly(all.toString());
            infer(server, "pinned");
            assertThat(threads(RUNNER)).containsExactly(last.toString());
            infer(server, "free");
            assertThat(threads(RUNNER)).containsExactly(all.toString());
            infer(server, "pinned");
            infer(server, "misspelt");
            assertThat(threads(RUNNER)).containsExactly(all.toString());
            assertThat(server.models())
                    .filteredOn(model -> model.name().equals("misspelt"))
                    .first()
                    .asString()
                    .contains("host policy 'fahr' is not given by --host-policy");
            assertThat(threads("tern-loader-1")).as("when it has loaded").containsExactly(all.toString());
        }
    }

    @Test
    void instancesThatNameNoPolicyHaveTheOneCalledCpu() throws IOException {
        CpuSet all = ThreadAffinity.ofCallingThread();
        CpuSet first = new CpuSet(List.of(all.cpus().get(0)));
        model("m", "");
        try (TestServer server = TestServer.builder(directory)
                .executionSlots(1)
                .hostPolicies(cores("cpu", first))
                .start()) {
            infer(server, "m");
            assertThat(threads(RUNNER)).containsExactly(first.toString());
        }
    }

    @Test
    void aModelsOwnThreadsAreWhereItsInstancesAre() throws IOException {
        CpuSet all = ThreadAffinity.ofCallingThread();
        CpuSet last = new CpuSet(List.of(all.cpus().get(all.size() - 1)));
        model(
                "pinned",
                "instance_group { count: 1 host_policy: 'far' }"
                        + " parameters { key: 'intra_op_thread_count' value { string_value: '4' } }");
        List<String> before = tasks();
        try (TestServer server = TestServer.builder(directory)
                .executionSlots(1)
                .hostPolicies(cores("far", last))
                .start()) {
            infer(server, "pinned");
            List<String> pinned = new ArrayList<>();
            for (String task : tasks()) {
                if (!before.contains(task) && allowed(task).equals(last.toString())) {
                    pinned.add(task);
                }
            }
            // The runner and, as it is one of the four itself, three more.
            assertThat(pinned.size()).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void otherInstancesOnTheSameCoresRunInTheSameSessions() throws IOException {
        CpuSet all = ThreadAffinity.ofCallingThread();
        CpuSet last = new CpuSet(List.of(all.cpus().get(all.size() - 1)));
        model("m", "instance_group { count: 1 host_policy: 'far' } instance_group { count: 1 }");
        try (TestServer server = TestServer.builder(directory)
                .control(new ControlSettings(
                        ControlMode.EXPLICIT, List.of("m"), Duration.ofSeconds(15), 0, OptionalLong.empty()))
                .hostPolicies(cores("far", last))
                .start()) {
            long sessions = OpenNatives.sessionsOpened();
            model("m", "instance_group { count: 2 } instance_group { count: 3 host_policy: 'far' }");
            load(server, "m");
            assertThat(OpenNatives.sessionsOpened()).isEqualTo(sessions);
            infer(server, "m");

            model("m", "instance_group { count: 2 }");
            load(server, "m");
            assertThat(OpenNatives.sessionsOpened())
                    .as("the session on the last core is not kept for nobody")
                    .isEqualTo(sessions + 1);
            infer(server, "m");
        }
    }

    private static void load(TestServer server, String model) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName(model)
                        .build());
    }

    @Test
    void coresThatThisProcessMayNotUseStopTheStart() {
        assertThatThrownBy(() -> HostPolicies.of(List.of(cores("far", new CpuSet(List.of(8000))))))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("--host-policy=far: cores 8000 (expected: among those this process may use, ");
        assertThatThrownBy(
                        () -> HostPolicies.of(List.of(new HostPolicy("far", Optional.empty(), OptionalInt.of(4095)))))
                .hasMessage("--host-policy=far: this machine has no NUMA node 4095");
    }

    private void model(String name, String config) {
        ModelDirectory.of(directory, name).version(1, OnnxModels.mlp(4, 8, 2)).config(config);
    }

    private static HostPolicy cores(String name, CpuSet cpus) {
        return new HostPolicy(name, Optional.of(cpus), OptionalInt.empty());
    }

    private static void infer(TestServer server, String model) {
        List<Tensor> outputs = Requests.infer(server, model, Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4));
        assertThat(outputs).isNotEmpty();
    }

    /** Where each live thread of that name may run. */
    private static List<String> threads(String name) throws IOException {
        List<String> allowed = new ArrayList<>();
        for (String task : tasks()) {
            if (status(task, "Name:").equals(name)) {
                allowed.add(allowed(task));
            }
        }
        return allowed;
    }

    private static List<String> tasks() throws IOException {
        List<String> tasks = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            directories.forEach(each -> tasks.add(each.getFileName().toString()));
        }
        return tasks;
    }

    private static String allowed(String task) throws IOException {
        return status(task, "Cpus_allowed_list:");
    }

    private static String status(String task, String key) throws IOException {
        Path file = Path.of("/proc/self/task", task, "status");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .findFirst()
                .orElse("");
    }
}
