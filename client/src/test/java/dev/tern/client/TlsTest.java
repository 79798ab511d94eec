package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.ServerCredentials;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsTest {
    private static final InferRequest REQUEST = InferRequest.model("m").build();

    @TempDir
    static Path folder;

    private static Keys byName;
    private static Keys byAddress;
    private static Keys ofClient;

    @BeforeAll
    static void makeKeys() throws Exception {
        byName = Keys.create(folder, "one", "dns:localhost");
        byAddress = Keys.create(folder, "two", "ip:127.0.0.1");
        ofClient = Keys.create(folder, "three", "dns:client");
    }

    @Test
    void trustedServersAreCalled() throws IOException {
        try (FakeServer server = FakeServer.start(Behaviours.echo(), credentials(byName));
                TernClient client = client(server, Tls.trusting(byName.certificate))) {
            assertThat(client.infer(REQUEST).modelName()).isEqualTo("m");
        }
    }

    @Test
    void othersAreNot() throws IOException {
        try (FakeServer server = FakeServer.start(Behaviours.echo(), credentials(byName))) {
            assertRefused(server, Tls.system());
            assertRefused(server, Tls.trusting(byAddress.certificate));
            assertThat(server.callsSeen()).isZero();
        }
    }

    @Test
    void namesMustMatch() throws IOException {
        try (FakeServer server = FakeServer.start(Behaviours.echo(), credentials(byAddress));
                TernClient client =
                        client(server, Tls.trusting(byAddress.certificate).withServerName("127.0.0.1"))) {
            assertRefused(server, Tls.trusting(byAddress.certificate));
            assertThat(client.infer(REQUEST).modelName()).isEqualTo("m");
        }
    }

    @Test
    void serversMayAskForACertificate() throws IOException {
        ServerCredentials mutual = TlsServerCredentials.newBuilder()
                .keyManager(byName.certificate.toFile(), byName.key.toFile())
                .trustManager(ofClient.certificate.toFile())
                .clientAuth(ClientAuth.REQUIRE)
                .build();
        Tls anonymous = Tls.trusting(byName.certificate);
        try (FakeServer server = FakeServer.start(Behaviours.echo(), mutual);
                TernClient client =
                        client(server, anonymous.withClientCertificate(ofClient.certificate, ofClient.key))) {
            assertThat(client.infer(REQUEST).modelName()).isEqualTo("m");
            assertRefused(server, anonymous);
        }
    }

    @Test
    void eachOfSeveralServersIsKnownByItsOwnName() throws IOException {
        Path both = Files.writeString(
                folder.resolve("both.crt"),
                Files.readString(byName.certificate) + Files.readString(byAddress.certificate));
        try (FakeServer first = FakeServer.start(Behaviours.echo(), credentials(byName));
                FakeServer second = FakeServer.start(Behaviours.echo(), credentials(byAddress));
                TernClient client = TernClient.builder(List.of("localhost:" + first.port(), second.target()))
                        .tls(Tls.trusting(both))
                        .build()) {
            while (first.callsSeen() == 0 || second.callsSeen() == 0) {
                client.infer(REQUEST);
            }
        }
    }

    @Test
    void missingFilesAreNamed() {
        Path missing = folder.resolve("missing.crt");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> TernClient.builder("localhost:1")
                        .tls(Tls.trusting(missing))
                        .build())
                .withMessage("cannot read the certificate authorities " + missing);
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> TernClient.builder("localhost:1")
                        .tls(Tls.system().withClientCertificate(missing, missing))
                        .build())
                .withMessageStartingWith("cannot read the client certificate");
    }

    private static void assertRefused(FakeServer server, Tls tls) {
        try (TernClient client = client(server, tls)) {
            assertThatExceptionOfType(InferException.class)
                    .isThrownBy(() -> client.infer(REQUEST))
                    .matches(e -> e.code() == Status.Code.UNAVAILABLE);
        }
    }

    private static TernClient client(FakeServer server, Tls tls) {
        return TernClient.builder("localhost:" + server.port())
                .tls(tls)
                .retry(RetryPolicy.none())
                .build();
    }

    private static ServerCredentials credentials(Keys keys) throws IOException {
        return TlsServerCredentials.create(keys.certificate.toFile(), keys.key.toFile());
    }
}
