package dev.tern.server.repository;

/**
 * What a version is made from.
 *
 * @param fingerprint the same for the same files and the same configuration, its version policy left aside; "" where
 *     nobody compares
 * @param bytes sizes of the files in the version's directory, added up
 */
record VersionContent(String fingerprint, long bytes) {
    static final VersionContent UNKNOWN = new VersionContent("", 0);

    /** Whether a version made from this is as good as one made from {@code other}. */
    boolean isSameAs(VersionContent other) {
        return !fingerprint.isEmpty() && fingerprint.equals(other.fingerprint);
    }
}
