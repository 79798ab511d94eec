package dev.tern.server;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static com.tngtech.archunit.library.modules.syntax.ModuleDependencyScope.consideringOnlyDependenciesInAnyPackage;
import static com.tngtech.archunit.library.modules.syntax.ModuleRuleDefinition.modules;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The direction of imports, as each package's {@link Station} declares it, and one door per third party. */
class ArchitectureTest {
    private static final String ROOT = "dev.tern.server";
    private static final int MAX_LINES = 400;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void packagesImportOnlyWhatTheyDeclare() {
        modules()
                .definedByAnnotation(Station.class, Station::name)
                .should()
                .respectTheirAllowedDependenciesDeclaredIn(
                        "mayUse", consideringOnlyDependenciesInAnyPackage(ROOT + ".."))
                .ignoreDependency(alwaysTrue(), belongToAnyOf(Station.class))
                .andShould()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /** {@code boot} sees everything, so its folders are held to a direction of their own. */
    @Test
    void theFoldersOfBootUseEachOtherInOneDirection() {
        slices().matching(ROOT + ".boot.(*)..").should().beFreeOfCycles().check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".boot")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".boot")
                .because("the process begins there")
                .check(CLASSES);
    }

    @Test
    void everyPackageDeclaresItsPlace() {
        assertThat(packages())
                .as("packages without @NullMarked in their package-info.java")
                .allMatch(each -> each.isAnnotatedWith(NullMarked.class));
        assertThat(packages())
                .filteredOn(each -> each.getName().lastIndexOf('.') == ROOT.length())
                .as("packages without @Station in their package-info.java; deeper ones belong to their parent's")
                .allMatch(each -> each.isAnnotatedWith(Station.class));
    }

    @Test
    void oneDoorPerThirdParty() {
        door("io.grpc..", "..rpc..", "..boot.commands..");
        door("ai.onnxruntime..", "..engine.onnx..");
        door("io.micrometer..", "..telemetry..");
        door("picocli..", ROOT + ".boot", "..boot.commands..", "..boot.options..");
        door("org.yaml..", "..boot.options..");
        door("io.netty..", "..rpc..", "..http..", "..cache.redis..", "..boot.assembly..", "..boot.process..");
        door("io.lettuce..", "..cache.redis..");
        door("ch.qos.logback..", "..boot.process..");
        door("com.google.gson..", "..tracing..");
        door("io.github.resilience4j..", "..cache.redis..");
        door("org.jctools..", "..batching..");
        door("com.sun.jna..", "..host..");
        door("com.github.benmanes.caffeine..", "..cache.local..");
        door("com.dynatrace.hash4j..", "..cache..", ROOT + ".traffic", "..ensemble.steps..");
        door("org.hipparchus..", ROOT + ".traffic", ROOT + ".drift");
        door(
                "com.google.protobuf..",
                "..rpc..",
                "..http..",
                "..repository..",
                "..engine.onnx.graph..",
                "..tools..",
                "..boot..");
    }

    @Test
    void timeAndThreadsAreInjected() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..boot.process..", "..boot.commands..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callConstructor(Thread.class)
                .check(CLASSES);
    }

    @Test
    void filesStayReadable() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> oversized = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> lines(file) > MAX_LINES)
                    .toList();
            assertThat(oversized).as("files over " + MAX_LINES + " lines").isEmpty();
        }
    }

    private static List<JavaPackage> packages() {
        return CLASSES.stream().map(JavaClass::getPackage).distinct().toList();
    }

    private static void door(String thirdParty, String... packages) {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(thirdParty)
                .because("this third party has one door")
                .check(CLASSES);
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
