package dev.tern.server.host;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What only the GNU C library has; elsewhere its class does not load. */
final class Glibc {
    static {
        Native.register(Glibc.class, NativeLibrary.getProcess());
    }

    private Glibc() {}

    /**
     * Gives free memory of all arenas back to the system.
     *
     * @param pad bytes to keep at the top
     * @return 1 if anything was given back
     */
    static native int malloc_trim(long pad);
}
