package dev.tern.server.cache.redis;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How Redis is used.
 *
 * @param prefix of all keys, so that several uses of one Redis keep apart
 * @param packAbove bytes of an answer's outputs from which on they are packed; {@link Integer#MAX_VALUE} for never
 * @param maxValueBytes larger answers are not written, and larger values not read
 * @param tracking whether Redis is to tell what goes, so that it goes in memory, too; not of a cluster
 */
public record RedisSettings(
        RedisAddress address,
        Credentials credentials,
        Certificates certificates,
        String prefix,
        int packAbove,
        int maxValueBytes,
        boolean tracking) {
    public RedisSettings {
        if (tracking && address.topology() == RedisAddress.Topology.CLUSTER) {
            throw new IllegalArgumentException("the nodes of a cluster are not asked to tell what goes");
        }
    }

    /** Neither user nor password, the platform's certificates, the defaults else. */
    public static RedisSettings of(RedisAddress address) {
        return new RedisSettings(
                address, Credentials.NONE, Certificates.PLATFORM, "tern:", Integer.MAX_VALUE, 1 << 20, false);
    }

    /** These settings for another user. */
    public RedisSettings with(Credentials other) {
        return new RedisSettings(address, other, certificates, prefix, packAbove, maxValueBytes, tracking);
    }

    /** These settings with other certificates. */
    public RedisSettings with(Certificates other) {
        return new RedisSettings(address, credentials, other, prefix, packAbove, maxValueBytes, tracking);
    }

    /** These settings, and Redis is to tell what goes. */
    public RedisSettings withTracking() {
        return new RedisSettings(address, credentials, certificates, prefix, packAbove, maxValueBytes, true);
    }

    /**
     * Who the server is to Redis.
     *
     * @param user empty for Redis' default user
     * @param password empty for none
     */
    public record Credentials(String user, String password) {
        public static final Credentials NONE = new Credentials("", "");

        /** Without the password: this may get into a log. */
        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }

    /**
     * For TLS, all in PEM form.
     *
     * @param authority whom to trust; empty for whom the platform trusts
     * @param certificate the server's own, where Redis wants one; with {@code key}
     * @param key the server's own, in PKCS #8
     */
    public record Certificates(Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) {
        public static final Certificates PLATFORM =
                new Certificates(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
