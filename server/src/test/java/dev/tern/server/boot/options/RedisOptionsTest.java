package dev.tern.server.boot.options;

import static dev.tern.server.boot.options.CommandLines.resolve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.cache.redis.RedisAddress;
import dev.tern.server.cache.redis.RedisSettings;
import dev.tern.server.cache.redis.RedisSettings.Certificates;
import dev.tern.server.cache.redis.RedisSettings.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisOptionsTest {
    /** Of an authority that signs nothing: CN=test. */
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBdjCCARugAwIBAgIUN/LOqHB2MdRJw5cA5S31eheJ1AYwCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjMwNTU0MDJaGA8yMTI2MTAzMDA1NTQw
            MlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNbp
            JtpOrQSNL9Lo83ze+3scr9wrEveXapDixqToaXqz44V5EDt1IkEVQ5SGRw9MlPVE
            1tdfGGXgKxKbApSYr8GjUzBRMB0GA1UdDgQWBBT9sFiarFxR6mmdy9Cz7I7ha1zo
            wTAfBgNVHSMEGDAWgBT9sFiarFxR6mmdy9Cz7I7ha1zowTAPBgNVHRMBAf8EBTAD
            AQH/MAoGCCqGSM49BAMCA0kAMEYCIQCghh/D4tDUSaNmjcevnn8DT/Yz69uwOX2d
            MKPlKZUp9gIhAIbKlu00tgPtotw2I6/vVG3zkDJ7h/V89dhYikJK/NkV
            -----END CERTIFICATE-----
            """;

    /** Read when the server starts, not before. */
    private static final String SECRET = "--cache-secret-file=secret";

    @TempDir
    private Path directory;

    @Test
    void thereIsNoneUnlessAskedFor() {
        assertThat(resolve("--demo").responseCache().redis()).isEmpty();
    }

    @Test
    void anAddressIsEnough() {
        assertThat(resolve("--demo", SECRET, "--redis=redis://localhost")
                        .responseCache()
                        .redis())
                .contains(RedisSettings.of(
                        RedisAddress.parse("redis://localhost:6379").orElseThrow()));
    }

    @Test
    void everySettingIsRead() throws IOException {
        Path password = file("password", "a secret\n");
        Path certificates = file("ca", CERTIFICATE);
        Path key = file("key", "-----BEGIN PRIVATE KEY-----\n");
        RedisAddress address =
                RedisAddress.parse("rediss-sentinel://a,b:7000#main").orElseThrow();
        assertThat(resolve(
                                "--demo",
                                SECRET,
                                "--redis=rediss-sentinel://a,b:7000#main",
                                "--redis-username=tern",
                                "--redis-password-file=" + password,
                                "--redis-ca-file=" + certificates,
                                "--redis-cert-file=" + certificates,
                                "--redis-key-file=" + key,
                                "--redis-prefix=test:",
                                "--redis-max-value-size=64KiB",
                                "--redis-compress-above=1KiB",
                                "--redis-tracking")
                        .responseCache()
                        .redis())
                .contains(new RedisSettings(
                        address,
                        new Credentials("tern", "a secret"),
                        new Certificates(Optional.of(certificates), Optional.of(certificates), Optional.of(key)),
                        "test:",
                        1 << 10,
                        64 << 10,
                        true));
    }

    @Test
    void theEnvironmentWillDo() {
        assertThat(resolve(Map.of("TERN_REDIS", "redis://localhost", "TERN_REDIS_PREFIX", "x"), "--demo", SECRET)
                        .responseCache()
                        .redis()
                        .map(RedisSettings::prefix))
                .contains("x");
    }

    @Test
    void aSecretIsNeeded() {
        assertThatThrownBy(() -> resolve("--demo", "--redis=redis://localhost"))
                .isInstanceOf(OptionsException.class)
                .hasMessage("--redis: given without a secret (expected: --cache-secret-file with it, the same for all"
                        + " replicas)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--redis=localhost | --redis: localhost (expected: redis://HOST[:PORT][/DATABASE],",
                "--redis=redis://me:hush@a | --redis: a user or a password in the address (expected: --redis-username",
                "--redis-ca-file=/x | --redis-ca-file: given without a Redis (expected: --redis with it)",
                "--redis-tracking | --redis-tracking: given without a Redis (expected: --redis with it)",
                "--redis-prefix={} | --redis-prefix: {} (expected: 1 to 64 letters, digits and _ . : -)",
                "--redis-max-value-size=1 | --redis-max-value-size: 1 (expected: 1024 to 2147483647 bytes;",
                "--redis-compress-above=some | --redis-compress-above: some (expected: 0 to 2147483647 bytes;",
            })
    void wrongValuesAreRefused(String flag, String message) {
        String[] flags = flag.matches("--redis-(prefix|max|compress).*")
                ? new String[] {"--demo", SECRET, "--redis=redis://a", flag}
                : new String[] {"--demo", flag};
        assertThatThrownBy(() -> resolve(flags))
                .isInstanceOf(OptionsException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("hush");
    }

    @Test
    void theNodesOfAClusterAreNotAskedToTell() {
        assertThatThrownBy(() -> resolve("--demo", SECRET, "--redis=redis-cluster://a", "--redis-tracking"))
                .isInstanceOf(OptionsException.class)
                .hasMessage("--redis-tracking: given with a cluster (expected: --redis=redis://... or"
                        + " redis-sentinel://...)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis  | --redis-username=a          | --redis-username: given without a password",
                "redis  | --redis-password-file=EMPTY | --redis-password-file: EMPTY, empty (expected: a password in its",
                "redis  | --redis-password-file=NONE  | --redis-password-file: NONE (expected: a text file that can be",
                "redis  | --redis-ca-file=EMPTY       | --redis-ca-file: given without TLS (expected: --redis=rediss://",
                "rediss | --redis-ca-file=EMPTY       | --redis-ca-file: EMPTY (expected: certificates in PEM form)",
                "rediss | --redis-ca-file=NONE        | --redis-ca-file: NONE (expected: a text file that can be read)",
                "rediss | --redis-cert-file=EMPTY     | --redis-cert-file: given alone (expected: --redis-cert-file and",
                "rediss | --redis-key-file=EMPTY      | --redis-key-file: given alone (expected: --redis-cert-file and",
            })
    void whatDoesNotFitIsRefused(String scheme, String flag, String message) throws IOException {
        String empty = file("empty", "").toString();
        String none = directory.resolve("none").toString();
        assertThatThrownBy(() -> resolve(
                        "--demo",
                        SECRET,
                        "--redis=" + scheme + "://a",
                        flag.replace("EMPTY", empty).replace("NONE", none)))
                .isInstanceOf(OptionsException.class)
                .hasMessageStartingWith(message.replace("EMPTY", empty).replace("NONE", none));
    }

    @Test
    void aKeyMustBeOne() throws IOException {
        Path certificates = file("ca", CERTIFICATE);
        assertThatThrownBy(() -> resolve(
                        "--demo",
                        SECRET,
                        "--redis=rediss://a",
                        "--redis-cert-file=" + certificates,
                        "--redis-key-file=" + certificates))
                .isInstanceOf(OptionsException.class)
                .hasMessageStartingWith("--redis-key-file: " + certificates);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }
}
