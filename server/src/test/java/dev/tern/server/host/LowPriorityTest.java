package dev.tern.server.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the kernel says of threads. */
@EnabledOnOs(OS.LINUX)
class LowPriorityTest {
    private static final String NORMAL = "0";
    private static final String IDLE = "5";
    /** Of the fields behind the name, from 0. */
    private static final int POLICY = 38;

    @Test
    void onlyItsOwnThreadsAreOfTheIdlePolicy() throws Exception {
        assertThat(policyOf(LowPriority.of(Thread::new))).isEqualTo(IDLE);
        assertThat(policyOf(Thread::new)).isEqualTo(NORMAL);
        assertThat(policyOfThisThread()).isEqualTo(NORMAL);
    }

    private static String policyOf(ThreadFactory threads) throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        threads.newThread(() -> {
                    try {
                        seen.complete(policyOfThisThread());
                    } catch (IOException e) {
                        seen.completeExceptionally(e);
                    }
                })
                .start();
        return seen.get();
    }

    private static String policyOfThisThread() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[POLICY];
    }
}
