package dev.tern.server.boot.options;

import dev.tern.server.cache.redis.RedisAddress;
import dev.tern.server.cache.redis.RedisSettings;
import dev.tern.server.cache.redis.RedisSettings.Certificates;
import dev.tern.server.cache.redis.RedisSettings.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;

/** How Redis is used, by its settings; what they name is looked at now, so that the start fails and not the first request. */
final class RedisResolution {
    private static final String PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----";

    private final Values values;

    RedisResolution(Values values) {
        this.values = values;
    }

    /** Empty if there is to be none. */
    Optional<RedisSettings> settings() {
        Optional<String> text = values.optional(RedisFlags.ADDRESS);
        if (text.isEmpty()) {
            refuseWithoutAddress();
            return Optional.empty();
        }
        RedisAddress address = address(text.get());
        if (!values.isGiven(Settings.CACHE_SECRET_FILE)) {
            // With a secret of this start's own nobody could read what is kept, not even the next start.
            throw OptionsException.of(
                    values.origin(RedisFlags.ADDRESS),
                    "given without a secret",
                    Settings.CACHE_SECRET_FILE.flag() + " with it, the same for all replicas");
        }
        return Optional.of(new RedisSettings(
                address,
                credentials(),
                certificates(address.tls()),
                values.one(RedisFlags.PREFIX),
                values.one(RedisFlags.COMPRESS_ABOVE).orElse(Integer.MAX_VALUE),
                values.one(RedisFlags.MAX_VALUE_SIZE),
                tracking(address)));
    }

    /** Each node of a cluster would have to be asked by itself, and again when the cluster changes. */
    private boolean tracking(RedisAddress address) {
        boolean wanted = values.one(RedisFlags.TRACKING);
        if (wanted && address.topology() == RedisAddress.Topology.CLUSTER) {
            throw OptionsException.of(
                    values.origin(RedisFlags.TRACKING),
                    "given with a cluster",
                    RedisFlags.ADDRESS.flag() + "=redis://... or redis-sentinel://...");
        }
        return wanted;
    }

    private void refuseWithoutAddress() {
        if (values.one(RedisFlags.TRACKING)) {
            throw withoutAddress(RedisFlags.TRACKING);
        }
        RedisFlags.NEED_ADDRESS.stream().filter(values::isGiven).findFirst().ifPresent(given -> {
            throw withoutAddress(given);
        });
    }

    private OptionsException withoutAddress(Setting<?> given) {
        return OptionsException.of(
                values.origin(given), "given without a Redis", RedisFlags.ADDRESS.flag() + " with it");
    }

    private RedisAddress address(String text) {
        String origin = values.origin(RedisFlags.ADDRESS);
        if (text.contains("@")) {
            // What stands before it may be a password, which must get into no log.
            throw OptionsException.of(
                    origin,
                    "a user or a password in the address",
                    RedisFlags.USERNAME.flag() + " and " + RedisFlags.PASSWORD_FILE.flag() + " for them");
        }
        return RedisAddress.parse(text).orElseThrow(() -> OptionsException.of(origin, text, RedisAddress.FORM));
    }

    private Credentials credentials() {
        String user = values.optional(RedisFlags.USERNAME).orElse("");
        Optional<Path> file = values.optional(RedisFlags.PASSWORD_FILE);
        if (file.isEmpty()) {
            if (!user.isEmpty()) {
                throw OptionsException.of(
                        values.origin(RedisFlags.USERNAME),
                        "given without a password",
                        RedisFlags.PASSWORD_FILE.flag() + " with it");
            }
            return Credentials.NONE;
        }
        List<String> lines = read(RedisFlags.PASSWORD_FILE, file.get()).lines().toList();
        if (lines.isEmpty() || lines.get(0).isEmpty()) {
            throw OptionsException.of(
                    values.origin(RedisFlags.PASSWORD_FILE), file.get() + ", empty", "a password in its first line");
        }
        return new Credentials(user, lines.get(0));
    }

    private Certificates certificates(boolean tls) {
        Optional<Path> authority = values.optional(RedisFlags.CA_FILE);
        Optional<Path> certificate = values.optional(RedisFlags.CERT_FILE);
        Optional<Path> key = values.optional(RedisFlags.KEY_FILE);
        for (Setting<Path> each : List.of(RedisFlags.CA_FILE, RedisFlags.CERT_FILE, RedisFlags.KEY_FILE)) {
            if (values.isGiven(each) && !tls) {
                throw OptionsException.of(
                        values.origin(each), "given without TLS", RedisFlags.ADDRESS.flag() + "=rediss://...");
            }
        }
        if (certificate.isPresent() != key.isPresent()) {
            throw OptionsException.of(
                    values.origin(certificate.isPresent() ? RedisFlags.CERT_FILE : RedisFlags.KEY_FILE),
                    "given alone",
                    RedisFlags.CERT_FILE.flag() + " and " + RedisFlags.KEY_FILE.flag() + " together");
        }
        authority.ifPresent(file -> checkCertificates(RedisFlags.CA_FILE, file));
        certificate.ifPresent(file -> checkCertificates(RedisFlags.CERT_FILE, file));
        key.ifPresent(this::checkKey);
        return new Certificates(authority, certificate, key);
    }

    private void checkCertificates(Setting<Path> setting, Path file) {
        boolean found;
        try (InputStream in = Files.newInputStream(file)) {
            found = !CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .isEmpty();
        } catch (IOException e) {
            throw unreadable(setting, file);
        } catch (CertificateException e) {
            found = false;
        }
        if (!found) {
            throw OptionsException.of(values.origin(setting), file.toString(), "certificates in PEM form");
        }
    }

    private void checkKey(Path file) {
        if (!read(RedisFlags.KEY_FILE, file).contains(PRIVATE_KEY)) {
            throw OptionsException.of(
                    values.origin(RedisFlags.KEY_FILE), file.toString(), "a line that says " + PRIVATE_KEY);
        }
    }

    private String read(Setting<Path> setting, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(setting, file);
        }
    }

    private OptionsException unreadable(Setting<Path> setting, Path file) {
        return OptionsException.of(values.origin(setting), file.toString(), "a text file that can be read");
    }
}
