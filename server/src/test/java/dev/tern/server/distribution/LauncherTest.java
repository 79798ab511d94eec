package dev.tern.server.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** bin/tern as it is shipped, with a java that prints its arguments and machines of several sizes. */
class LauncherTest {
    private static final Path SCRIPT = Path.of("src/main/distribution/bin/tern");

    private record Result(int status, List<String> output) {}

    @TempDir
    private Path directory;

    private Path home;
    private Path tools;

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectories(directory.toRealPath().resolve("a place/tern"));
        tools = Files.createDirectory(directory.resolve("tools"));
        Files.createDirectory(home.resolve("bin"));
        script(home.resolve("bin/tern"), Files.readString(SCRIPT));
        Files.createDirectory(home.resolve("lib"));
        Files.createFile(home.resolve("lib/netty.jar"));
        Files.createFile(home.resolve("lib/tern-server-1.jar"));
        machine(16, "max 100000");
        java("21.0.4");
    }

    @Test
    void usesTheClassArchiveOfThisJvmAndCollector() throws Exception {
        Files.createDirectory(home.resolve("archive"));
        Files.createFile(home.resolve("archive/java-21.0.4-Z.jsa"));
        assertThat(tern(Map.of(), "serve").output())
                .contains("-XX:SharedArchiveFile=" + home + "/archive/java-21.0.4-Z.jsa");
        assertThat(tern(Map.of("TERN_JAVA_OPTS", "-XX:+UseSerialGC"), "serve").output())
                .noneMatch(option -> option.contains("Archive"));
        java("25.0.1");
        Files.createFile(home.resolve("archive/java-25.0.1-Z.aot"));
        assertThat(tern(Map.of(), "serve").output()).contains("-XX:AOTCache=" + home + "/archive/java-25.0.1-Z.aot");
    }

    @Test
    void anArchiveThatIsNotMadeLeavesNothingBehind() throws Exception {
        Result result = tern(Map.of(), "archive");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output()).contains("tern: archive: not made; Tern starts without it, only slower");
        assertThat(home.resolve("archive")).isEmptyDirectory();
    }

    @Test
    void anArchiveThatIsMadeIsInItsPlaceAlone() throws Exception {
        script(tools.resolve("java"), """
                #!/bin/sh
                [ "$1" != -version ] || { echo 'openjdk version "21.0.4" 2026-01-01' >&2; exit; }
                for option; do
                  case $option in -XX:ArchiveClassesAtExit=*) echo made >"${option#*=}" ;; esac
                done
                """);

        assertThat(tern(Map.of(), "archive").status()).isZero();
        assertThat(home.resolve("archive")).isDirectoryContaining("glob:**java-21.0.4-Z.jsa");
        try (Stream<Path> files = Files.list(home.resolve("archive"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void usesTheNativeLibrariesThatWereUnpackedFromItsOwnJar() throws Exception {
        Path unpacked = Files.createDirectories(home.resolve("archive/onnxruntime-1.2.3"));
        Files.createFile(unpacked.resolve("libonnxruntime.so"));
        Files.createFile(home.resolve("lib/onnxruntime-1.2.4.jar"));
        assertThat(tern(Map.of(), "serve").output()).noneMatch(option -> option.contains("native.path"));
        Files.move(home.resolve("lib/onnxruntime-1.2.4.jar"), home.resolve("lib/onnxruntime-1.2.3.jar"));
        assertThat(tern(Map.of(), "serve").output()).contains("-Donnxruntime.native.path=" + unpacked);
    }

    @Test
    void startsMainWithTheArgumentsAsGiven() throws Exception {
        assertThat(tern(Map.of(), "serve", "--model-repository", "/my models/*", "")
                        .output())
                .containsSubsequence(
                        "-Dtern.home=" + home,
                        "-cp",
                        home + "/lib/tern-server-1.jar:" + home + "/lib/netty.jar",
                        "dev.tern.server.boot.Main",
                        "serve",
                        "--model-repository",
                        "/my models/*",
                        "");
    }

    @Test
    void isFoundThroughSymbolicLinksFromAnyDirectory() throws Exception {
        Path first = Files.createSymbolicLink(directory.resolve("absolute"), home.resolve("bin/tern"));
        Path links = Files.createDirectory(directory.resolve("some links"));
        Path second = Files.createSymbolicLink(links.resolve("tern"), Path.of("../" + first.getFileName()));

        assertThat(run(second, Path.of("/"), Map.of()).output()).contains("-Dtern.home=" + home);
    }

    @ParameterizedTest
    @CsvSource({
        "17.0.15, 1, -XX:+UseSerialGC",
        "17.0.15, 2, -XX:+UseParallelGC",
        "17.0.15, 3, -XX:+UseG1GC",
        "21.0.4, 2, -XX:+UseParallelGC",
        "21.0.4, 8, -XX:+UseZGC -XX:+ZGenerational",
        "23, 8, -XX:+UseZGC",
        "25.0.3, 8, -XX:+UseZGC",
        "26-ea, 8, -XX:+UseZGC",
    })
    void coresAndJdkChooseTheCollector(String version, int cores, String expected) throws Exception {
        java(version);
        machine(cores, "max 100000");

        assertThat(collectors(Map.of())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "100000 100000, -XX:+UseSerialGC",
        "150000 100000, -XX:+UseParallelGC",
        "250000 100000, -XX:+UseG1GC",
    })
    void aContainersQuotaCountsAsTheJvmCountsIt(String quota, String expected) throws Exception {
        java("17.0.15");
        machine(16, quota);

        assertThat(collectors(Map.of())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, false, false", "22.0.1, false, false", "23.0.1, true, false", "25, true, true"})
    void newerJdksGetTheirOptions(String version, boolean unsafe, boolean compactHeaders) throws Exception {
        java(version);
        List<String> options = tern(Map.of()).output();

        assertThat(options).contains("--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError");
        assertThat(options.contains("--sun-misc-unsafe-memory-access=allow")).isEqualTo(unsafe);
        assertThat(options.contains("-XX:+UseCompactObjectHeaders")).isEqualTo(compactHeaders);
    }

    @Test
    void theUsersOptionsComeLastAndAreNotExpanded() throws Exception {
        assertThat(tern(Map.of("TERN_JAVA_OPTS", "-Xmx1g  -Dx=*")).output())
                .containsSubsequence("-XX:MaxRAMPercentage=50", "-Xmx1g", "-Dx=*", "-cp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERN_JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"})
    void theUsersCollectorIsTheOnlyOne(String variable) throws Exception {
        assertThat(collectors(Map.of(variable, "-XX:+UseShenandoahGC")).replace("-XX:+UseShenandoahGC", ""))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"11.0.2, 11", "1.8.0_392, 8", "16, 16"})
    void olderJvmsAreRefused(String version, int major) throws Exception {
        java(version);

        assertThat(tern(Map.of()))
                .isEqualTo(new Result(
                        1, List.of("tern: " + tools + "/java is Java " + major + " (expected: 17 or newer)")));
    }

    @Test
    void javaHomeWinsOverThePathAndSaysItsVersionInAFile() throws Exception {
        Path jdk = Files.createDirectories(directory.resolve("my jdk/bin")).getParent();
        Files.writeString(
                jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.3\"\nJAVA_VERSION_DATE=\"1\"\n");
        script(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"from $0\" \"$@\"\n");

        assertThat(tern(Map.of("JAVA_HOME", jdk.toString())).output())
                .contains("from " + jdk + "/bin/java", "-XX:+UseCompactObjectHeaders");
    }

    @Test
    void aJavaHomeWithoutJavaIsRefused() throws Exception {
        assertThat(tern(Map.of("JAVA_HOME", "/no/such")))
                .isEqualTo(new Result(
                        1, List.of("tern: JAVA_HOME: /no/such has no bin/java (expected: a JDK or JRE, 17 or newer)")));
    }

    private String collectors(Map<String, String> environment) throws Exception {
        return String.join(
                " ",
                tern(environment).output().stream()
                        .filter(it -> it.matches("-XX:\\+(Use.*GC|ZGenerational)"))
                        .toList());
    }

    private Result tern(Map<String, String> environment, String... arguments) throws Exception {
        return run(home.resolve("bin/tern"), directory, environment, arguments);
    }

    private Result run(Path command, Path from, Map<String, String> environment, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("sh", command.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder process =
                new ProcessBuilder(line).directory(from.toFile()).redirectErrorStream(true);
        process.environment().keySet().removeIf(it -> it.contains("JAVA") || it.contains("JDK"));
        process.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        process.environment().putAll(environment);
        Process started = process.start();
        List<String> output = new String(started.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        return new Result(started.waitFor(), output);
    }

    private void java(String version) throws IOException {
        script(
                tools.resolve("java"),
                "#!/bin/sh\n"
                        + "if [ \"$1\" = -version ]; then\n"
                        + "  echo 'Picked up something' >&2\n"
                        + "  echo 'openjdk version \"" + version + "\" 2026-01-01' >&2\n"
                        + "else\n"
                        + "  printf '%s\\n' \"$@\"\n"
                        + "fi\n");
    }

    private void machine(int cores, String quota) throws IOException {
        script(tools.resolve("nproc"), "#!/bin/sh\necho " + cores + "\n");
        script(tools.resolve("cat"), "#!/bin/sh\necho " + quota + "\n");
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
