package dev.tern.server.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ONNX Runtime library that is shipped cannot phone home: it knows no collector, and does not even import what it
 * takes to open a connection. Each of these strings is in 1.29.0's library for linux-x64.
 */
class NoTelemetryTest {
    private static final List<String> SIGNS =
            List.of("events.data.microsoft.com", "OneCollector", "PosixTelemetry", "libcurl", "getaddrinfo");

    @ParameterizedTest
    @ValueSource(strings = {"linux-x64", "linux-aarch64"})
    void theNativeLibraryHoldsNoUploader(String platform) throws IOException {
        String library = library(platform);

        assertThat(library.indexOf("OrtGetApiBase"))
                .as("the right file was read")
                .isPositive();
        for (String sign : SIGNS) {
            // Not contains(): a failure must not print the library.
            assertThat(library.indexOf(sign))
                    .as("place of '%s' in the library", sign)
                    .isNegative();
        }
    }

    private static String library(String platform) throws IOException {
        String name = "native/" + platform + "/libonnxruntime.so";
        try (InputStream stream = Objects.requireNonNull(OrtEnvironment.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
