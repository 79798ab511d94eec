package dev.tern.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;

/** A self-signed certificate and its key as PEM files, fresh from the JDK's keytool. */
final class Keys {
    final Path certificate;
    final Path key;

    private Keys(Path certificate, Path key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** Makes one for {@code subjectAlternativeName}, such as {@code dns:localhost}. */
    static Keys create(Path folder, String name, String subjectAlternativeName) throws Exception {
        Path store = folder.resolve(name + ".p12");
        keytool("-genkeypair -keyalg EC -groupname secp256r1 -alias k -dname CN=" + name
                + " -validity 2 -storetype PKCS12" + " -storepass secret -keystore " + store + " -ext SAN="
                + subjectAlternativeName);
        return new Keys(
                pem(
                        folder.resolve(name + ".crt"),
                        "CERTIFICATE",
                        load(store).getCertificate("k").getEncoded()),
                pem(folder.resolve(name + ".key"), "PRIVATE KEY", key(store).getEncoded()));
    }

    private static Key key(Path store) throws IOException, GeneralSecurityException {
        return load(store).getKey("k", "secret".toCharArray());
    }

    private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        return keys;
    }

    private static Path pem(Path file, String kind, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }

    private static void keytool(String arguments) throws IOException, InterruptedException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder((tool + " " + arguments).split(" "))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("keytool failed: " + said);
        }
    }
}
