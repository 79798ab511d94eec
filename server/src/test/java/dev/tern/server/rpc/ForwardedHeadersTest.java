package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.testing.NoLeaks;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metadata that become parameters, as a model's stages see them. */
@Tag("protocol")
class ForwardedHeadersTest {
    private static final String ALL = ".*";

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private final Queue<Map<String, Object>> seen = new ConcurrentLinkedQueue<>();
    private final Predictor model = this::answer;

    private void answer(InferenceRequest request, Reply reply) {
        seen.add(request.parameters());
        request.inputs().forEach(each -> each.data().retain());
        reply.succeed(new InferenceResponse(request.inputs()));
    }

    /** Names and values in turn. */
    private static Metadata headers(String... namesAndValues) {
        Metadata headers = new Metadata();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(Metadata.Key.of(namesAndValues[i], Metadata.ASCII_STRING_MARSHALLER), namesAndValues[i + 1]);
        }
        return headers;
    }

    private static GRPCInferenceServiceBlockingStub stub(GatedServer server, Metadata headers) {
        return server.stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static ModelInferRequest asking() {
        return GatedServer.request(1).toBuilder()
                .putParameters(
                        "own", InferParameter.newBuilder().setInt64Param(5).build())
                .putParameters(
                        "x-user",
                        InferParameter.newBuilder().setStringParam("claimed").build())
                .build();
    }

    @Test
    void metadataThatMatchAreParametersAndTheirLastValueCounts() throws Exception {
        Metadata headers = headers("x-user", "first", "x-user", "last", "x-tenant", "blue", "other", "no");
        try (GatedServer server = GatedServer.forwarding(directory, "X-", model)) {
            assertThat(stub(server, headers).modelInfer(asking()).getRawOutputContents(0))
                    .isEqualTo(Requests.longs(1));
            assertThat(seen.remove()).isEqualTo(Map.of("own", 5L, "x-user", "last", "x-tenant", "blue"));
            assertThat(server.stub().modelInfer(asking()).getOutputsCount()).isEqualTo(1);
            assertThat(seen.remove()).isEqualTo(Map.of("own", 5L, "x-user", "claimed"));
        }
    }

    @Test
    void thoseOfAStreamAreParametersOfEachOfItsRequests() throws Exception {
        try (GatedServer server = GatedServer.forwarding(directory, "^x-", model)) {
            OpenStream<ModelInferRequest> stream = OpenStream.on(server.channel(), headers("x-user", "me"))
                    .send(GatedServer.request(1), GatedServer.request(2))
                    .reading(2);
            assertThat(stream.next().getInferResponse().getRawOutputContents(0)).isEqualTo(Requests.longs(1));
            assertThat(stream.next().getInferResponse().getRawOutputContents(0)).isEqualTo(Requests.longs(2));
            assertThat(seen).containsExactly(Map.of("x-user", "me"), Map.of("x-user", "me"));
            stream.cancel();
        }
    }

    @Test
    void whatGrpcItselfSendsAndWhatIsNoTextIsNotForwarded() throws Exception {
        Metadata headers = headers("x-user", "me");
        headers.put(Metadata.Key.of("trace-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {1});
        try (GatedServer server = GatedServer.forwarding(directory, ALL, model)) {
            assertThat(stub(server, headers).withCompression("gzip").modelInfer(GatedServer.request(1)))
                    .isNotNull();
            assertThat(seen.remove()).containsOnlyKeys("x-user", "user-agent");
        }
    }

    /** HTTP/2 takes names that gRPC has no keys for. */
    @Test
    void whatHasNoNameOfMetadataIsNotForwarded() throws Exception {
        Metadata headers = InternalMetadata.newMetadata(Stream.of("x-a!b", "1", "x-c", "2")
                .map(ForwardedHeadersTest::ascii)
                .toArray(byte[][]::new));
        assertThat(new ForwardedHeaders(Optional.of("x-")).with(Map.of(), headers))
                .isEqualTo(Map.of("x-c", "2"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void withoutAPatternNothingIs() throws Exception {
        try (GatedServer server = GatedServer.answering(directory, model)) {
            assertThat(stub(server, headers("x-user", "me")).modelInfer(GatedServer.request(1)))
                    .isNotNull();
            assertThat(seen.remove()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sequence_id",
                "sequence_start",
                "sequence_end",
                "priority",
                "timeout",
                "headers",
                "binary_data_output",
                "triton_mine"
            })
    void reservedNamesAreRefused(String name) throws Exception {
        try (GatedServer server = GatedServer.forwarding(directory, ALL, model)) {
            assertThat(Refused.by(() -> stub(server, headers(name, "1")).modelInfer(GatedServer.request(1))))
                    .isEqualTo(Refused.invalid(
                            "Header '" + name + "' is reserved for Triton usage and cannot be forwarded."));
            assertThat(seen).isEmpty();
            assertThat(server.inFlight()).isZero();
        }
    }
}
