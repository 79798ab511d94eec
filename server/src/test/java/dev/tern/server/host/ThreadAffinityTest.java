package dev.tern.server.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the kernel says of threads that were pinned; each test pins threads of its own. */
@EnabledOnOs(OS.LINUX)
class ThreadAffinityTest {
    private static final Executor NEW_THREAD = task -> new Thread(task).start();

    @Test
    void pinnedThreadMayRunThereOnly() throws Exception {
        ThreadAffinity affinity = ThreadAffinity.ofThisProcess();
        CpuSet all = affinity.allowed();
        CpuSet last = new CpuSet(List.of(all.cpus().get(all.size() - 1)));
        CompletableFuture<List<CpuSet>> seen = new CompletableFuture<>();
        NEW_THREAD.execute(() -> {
            try {
                affinity.pin(last);
                CpuSet pinned = ThreadAffinity.ofCallingThread();
                CpuSet child = ofANewThread();
                affinity.unpin();
                seen.complete(List.of(pinned, child, ThreadAffinity.ofCallingThread()));
            } catch (IOException | RuntimeException e) {
                seen.completeExceptionally(e);
            }
        });
        assertThat(seen.get()).containsExactly(last, last, all);
        assertThat(ThreadAffinity.ofCallingThread()).as("other threads").isEqualTo(all);
    }

    @Test
    void whatTheKernelRefusesLeavesTheThreadWhereItIs() throws Exception {
        ThreadAffinity affinity = ThreadAffinity.ofThisProcess();
        CpuSet none = new CpuSet(List.of(8000));
        assertThat(affinity.allowed().containsAll(none)).isFalse();
        affinity.pin(none);
        assertThat(ThreadAffinity.ofCallingThread()).isEqualTo(affinity.allowed());
    }

    @Test
    void numaNodeHasItsCores() throws Exception {
        assertThat(ThreadAffinity.ofNumaNode(0).size()).isPositive();
        assertThatThrownBy(() -> ThreadAffinity.ofNumaNode(4095)).hasMessage("this machine has no NUMA node 4095");
    }

    private static CpuSet ofANewThread() {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return ThreadAffinity.ofCallingThread();
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        NEW_THREAD)
                .join();
    }
}
