package dev.tern.bench.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopThreadTest {
    @TempDir
    Path directory;

    private final long id = Thread.currentThread().getId();

    @Test
    void aThreadThatWaitsForACoreIsBusy() throws Exception {
        Path account = Files.writeString(directory.resolve("schedstat"), "12 3600000000000 7\n");
        long ran = new LoopThread(id, Optional.empty()).busyNanos();
        assertThat(ran).isPositive();
        assertThat(new LoopThread(id, Optional.of(account)).busyNanos()).isGreaterThan(3_600_000_000_000L + ran - 1);
    }

    @Test
    void ofAThreadThatHasEndedNothingIsKnown() {
        assertThat(new LoopThread(Long.MAX_VALUE, Optional.of(directory.resolve("gone"))).busyNanos())
                .isZero();
    }

    @Test
    void linuxKeepsTheAccountOfTheCallingThread() {
        assumeThat(Path.of("/proc/thread-self/schedstat")).exists();
        assertThat(LoopThread.current().schedule())
                .hasValueSatisfying(
                        each -> assertThat(each).exists().isNotEqualTo(Path.of("/proc/thread-self/schedstat")));
    }
}
