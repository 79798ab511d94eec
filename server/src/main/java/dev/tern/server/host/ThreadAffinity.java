package dev.tern.server.host;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pins threads to cores. Linux only: elsewhere it cannot be made.
 *
 * <p>A thread that is pinned where it is already costs a look at a thread-local; else it is one system call.
 */
public final class ThreadAffinity {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadAffinity.class);
    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final Path NODES = Path.of("/sys/devices/system/node");
    private static final String ALLOWED = "Cpus_allowed_list:";

    private final CpuSet allowed;
    private final ThreadLocal<CpuSet> current;

    private ThreadAffinity(CpuSet allowed) {
        this.allowed = allowed;
        this.current = ThreadLocal.withInitial(() -> allowed);
    }

    /**
     * For threads that may now run wherever the calling one may.
     *
     * @throws IOException where threads cannot be pinned; the message says why
     */
    public static ThreadAffinity ofThisProcess() throws IOException {
        if (!Files.isReadable(STATUS)) {
            throw new IOException("threads can be pinned on Linux only");
        }
        CpuSet allowed = ofCallingThread();
        try {
            setAffinity(allowed);
        } catch (LastErrorException | LinkageError e) {
            throw new IOException("threads cannot be pinned here: " + e.getMessage(), e);
        }
        return new ThreadAffinity(allowed);
    }

    /** The cores this process may use. */
    public CpuSet allowed() {
        return allowed;
    }

    /** Where the calling thread may run, asked of the kernel. */
    public static CpuSet ofCallingThread() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(ALLOWED)) {
                return CpuSet.parse(line.substring(ALLOWED.length()).strip())
                        .orElseThrow(() -> new IOException(STATUS + " has " + line));
            }
        }
        throw new IOException(STATUS + " does not say " + ALLOWED);
    }

    /**
     * The cores of a NUMA node.
     *
     * @throws IOException if there is no such node, or it has no cores
     */
    public static CpuSet ofNumaNode(int node) throws IOException {
        Path file = NODES.resolve("node" + node).resolve("cpulist");
        if (!Files.isReadable(file)) {
            throw new IOException("this machine has no NUMA node " + node);
        }
        return CpuSet.parse(Files.readString(file).strip())
                .orElseThrow(() -> new IOException("NUMA node " + node + " has no cores"));
    }

    /**
     * Lets the calling thread run on {@code cpus} only, until it is pinned elsewhere; threads that it makes meanwhile are
     * pinned alike. If the kernel refuses, as when the cores have been taken from this process since, the thread stays
     * where it is.
     */
    public void pin(CpuSet cpus) {
        if (current.get().equals(cpus)) {
            return;
        }
        try {
            setAffinity(cpus);
            current.set(cpus);
        } catch (LastErrorException e) {
            LOG.warn("{} cannot be pinned to cores {}", Thread.currentThread().getName(), cpus, e);
        }
    }

    /** Lets the calling thread run wherever this process may. */
    public void unpin() {
        pin(allowed);
    }

    private static void setAffinity(CpuSet cpus) {
        byte[] mask = cpus.mask();
        int unused = Libc.sched_setaffinity(0, mask.length, mask);
    }
}
