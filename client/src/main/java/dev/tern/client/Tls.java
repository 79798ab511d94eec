package dev.tern.client;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How to know the server, and how to be known by it. Immutable; files are read when the client is built. */
public final class Tls {
    private final @Nullable Path certificateAuthorities;
    private final @Nullable Path certificateChain;
    private final @Nullable Path privateKey;
    private final @Nullable String serverName;

    private Tls(
            @Nullable Path certificateAuthorities,
            @Nullable Path certificateChain,
            @Nullable Path privateKey,
            @Nullable String serverName) {
        this.certificateAuthorities = certificateAuthorities;
        this.certificateChain = certificateChain;
        this.privateKey = privateKey;
        this.serverName = serverName;
    }

    /** Trusts the authorities that the JVM trusts. */
    public static Tls system() {
        return new Tls(null, null, null, null);
    }

    /**
     * Trusts these authorities, and no others.
     *
     * @param certificateAuthorities a PEM file of one or more certificates
     */
    public static Tls trusting(Path certificateAuthorities) {
        return new Tls(certificateAuthorities, null, null, null);
    }

    /**
     * Shows the server a certificate of the client's own (mutual TLS).
     *
     * @param certificateChain a PEM file, the client's own certificate first
     * @param privateKey an unencrypted PKCS #8 PEM file
     */
    public Tls withClientCertificate(Path certificateChain, Path privateKey) {
        return new Tls(certificateAuthorities, certificateChain, privateKey, serverName);
    }

    /** Expects a certificate of this name, in place of the target's host name. */
    public Tls withServerName(String serverName) {
        return new Tls(certificateAuthorities, certificateChain, privateKey, serverName);
    }

    @Nullable
    String serverName() {
        return serverName;
    }

    /** Reads the files. */
    ChannelCredentials credentials() {
        TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
        if (certificateAuthorities != null) {
            trust(credentials, certificateAuthorities);
        }
        if (certificateChain != null && privateKey != null) {
            identify(credentials, certificateChain, privateKey);
        }
        return credentials.build();
    }

    private static void trust(TlsChannelCredentials.Builder credentials, Path authorities) {
        try {
            credentials.trustManager(authorities.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the certificate authorities " + authorities, e);
        }
    }

    private static void identify(TlsChannelCredentials.Builder credentials, Path chain, Path key) {
        try {
            credentials.keyManager(chain.toFile(), key.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the client certificate " + chain + " or its key " + key, e);
        }
    }
}
