package dev.tern.server.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets threads give way to the process's other threads without being shut out by them: where these want every core, a
 * thread that is n steps nicer gets 1/1.25^n of what one of them gets, a thirtieth by 15 steps (sched(7)). A thread that
 * gave way does so for good, as few users may take that back, and so does every thread that it starts. Linux only;
 * elsewhere nothing changes.
 */
public final class Niceness {
    private static final Path TASKS = Path.of("/proc/self/task");
    /** Of its first thread, which does nothing but start the JVM. */
    private static final Path PROCESS = Path.of("/proc/self/stat");

    private static final int PRIO_PROCESS = 0;
    private static final int NICEST = 19;
    /** Of the fields of {@code stat} behind the name, from 0. */
    private static final int NICE = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Niceness.class);

    private final int steps;

    /** @param steps nicer than the process was started; 0 for none at all */
    public Niceness(int steps) {
        this.steps = steps;
    }

    /** The calling thread gives way from now on. */
    public void giveWay() {
        if (isInForce()) {
            giveWay(Path.of("/proc/thread-self"));
        }
    }

    /**
     * All threads of this process give way that have such a name now.
     *
     * @param name of up to 15 characters: the system cuts off the rest
     */
    public void giveWay(Predicate<String> name) {
        if (!isInForce()) {
            return;
        }
        try (Stream<Path> tasks = Files.list(TASKS)) {
            tasks.filter(task -> name.test(nameOf(task))).forEach(this::giveWay);
        } catch (IOException e) {
            LOG.warn("Cannot look through the threads of this process: none gives way to requests", e);
        }
    }

    private boolean isInForce() {
        return steps > 0 && Files.isDirectory(TASKS);
    }

    /** Empty if it has ended, which the system may also say in the middle of a read. */
    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static int numberOf(String stat) {
        return Integer.parseInt(stat.substring(0, stat.indexOf(' ')));
    }

    private static int niceOf(String stat) {
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE]);
    }

    private void giveWay(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            int nicer = Math.min(NICEST, niceOf(Files.readString(PROCESS)) + steps);
            if (niceOf(stat) < nicer) {
                int unused = Libc.setpriority(PRIO_PROCESS, numberOf(stat), nicer);
            }
        } catch (IOException e) {
            LOG.debug("A thread ended before it could give way", e);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("A thread cannot be made to give way: what it runs competes with requests", e);
        }
    }
}
