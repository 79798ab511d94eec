package dev.tern.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tern.bench");

    /** The load tester must measure any server, and the same however the server's code changes. */
    @Test
    void onlySimulatorAndMicroBenchmarksKnowTheServer() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tern.bench.simulator..", "dev.tern.bench.jmh..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tern.server..")
                .check(CLASSES);
    }

    @Test
    void onlyMicroBenchmarksKnowJmh() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tern.bench.jmh..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.openjdk.jmh..")
                .check(CLASSES);
    }
}
