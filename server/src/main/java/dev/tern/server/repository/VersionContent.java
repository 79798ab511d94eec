package dev.tern.server.repository;

/**
 * What a version is made from.
 *
 * @param fingerprint the same for the same files and the same configuration, its version policy and what {@code instances}
 *     is of left aside; "" where nobody compares
 * @param instances the same for instance groups that are the same in what needs no session of its own; "" where nobody
 *     compares
 * @param bytes sizes of the files in the version's directory, added up
 */
record VersionContent(String fingerprint, String instances, long bytes) {
    static final VersionContent UNKNOWN = new VersionContent("", "", 0);

    /** Whether a version made from this is as good as one made from {@code other}. */
    boolean isSameAs(VersionContent other) {
        return hasModelOf(other) && instances.equals(other.instances);
    }

    /** Whether a version made from this can use the sessions of one made from {@code other}. */
    boolean hasModelOf(VersionContent other) {
        return !fingerprint.isEmpty() && fingerprint.equals(other.fingerprint);
    }
}
