package dev.tern.bench.process;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.stream.LongStream;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What another JVM of this user counts of itself, over JMX. Any thread may read; a reading takes a few milliseconds and
 * costs the other JVM a few hundred kilobytes.
 */
public final class JvmMeter implements AutoCloseable {
    private final JMXConnector connector;
    private final OperatingSystemMXBean system;
    private final ThreadMXBean threads;

    private JvmMeter(JMXConnector connector) throws IOException {
        this.connector = connector;
        MBeanServerConnection beans = connector.getMBeanServerConnection();
        this.system = ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME, OperatingSystemMXBean.class);
        this.threads = ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
    }

    /**
     * Starts the management agent of the JVM {@code pid}, on loopback only, and connects to it.
     *
     * @throws IOException when it is not a JVM of this user, or this Java runtime lacks the module jdk.attach
     */
    @SuppressWarnings("BanJNDI") // The other end is a process that was started here, on loopback.
    public static JvmMeter attach(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return new JvmMeter(
                        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("cannot attach to process " + pid + ": " + e.getMessage(), e);
        }
    }

    /** CPU time and allocation so far, of threads that live; a server's threads live as long as it does. */
    public Usage read() {
        long cpu = system.getProcessCpuTime();
        long[] allocated = threads.getThreadAllocatedBytes(threads.getAllThreadIds());
        return new Usage(cpu, LongStream.of(allocated).filter(each -> each > 0).sum());
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            // The JVM at the other end has gone first.
        }
    }

    /**
     * What a JVM has used, in all or between two readings.
     *
     * @param cpuNanos user and system, of the whole process
     * @param allocatedBytes on the Java heap
     */
    public record Usage(long cpuNanos, long allocatedBytes) {
        /** Nothing at all. */
        public static final Usage NONE = new Usage(0, 0);

        /** What was used since. */
        public Usage minus(Usage before) {
            return new Usage(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes);
        }
    }
}
