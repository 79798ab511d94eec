package dev.tern.server.host;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** The C library's functions that Java has no way to; its class loads JNA's native part. */
final class Libc {
    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    /** @param thread 0 for the calling one */
    static native int sched_setaffinity(int thread, long maskBytes, byte[] mask) throws LastErrorException;

    /**
     * @param thread 0 for the calling one
     * @param parameters one number, the static priority
     */
    static native int sched_setscheduler(int thread, int policy, int[] parameters) throws LastErrorException;

    /** @param thread by its number, where {@code which} is 0 and the system is Linux; elsewhere it is a process */
    static native int setpriority(int which, int thread, int nice) throws LastErrorException;
}
