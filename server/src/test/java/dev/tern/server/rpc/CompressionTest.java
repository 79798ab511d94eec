package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import io.grpc.CallOptions;
import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages compressed with gzip and deflate, both ways. */
@Tag("protocol")
class CompressionTest {
    /** What the server takes, in bytes, where a test sends more. */
    private static final int LIMIT = 10_000;

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private final HeldReplies held = new HeldReplies();
    private final AtomicInteger decompressed = new AtomicInteger();
    private final List<ManagedChannel> channels = new ArrayList<>();

    /** A request of so many equal bytes, which take next to nothing when compressed. */
    private static ModelInferRequest bytes(String model, int count) {
        return Requests.raw(model, "x", "UINT8", ByteString.copyFrom(new byte[count]), 1, count)
                .setId("large")
                .build();
    }

    /** A channel that accepts answers in {@code formats} only, and counts those that came so. */
    private ManagedChannel channel(int port, Zlib... formats) {
        DecompressorRegistry accepted = DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);
        CompressorRegistry sent = CompressorRegistry.newEmptyInstance();
        for (Zlib each : formats) {
            accepted = accepted.with(new Counting(each), true);
        }
        for (Zlib each : Zlib.values()) {
            sent.register(new Counting(each));
        }
        return closedInTheEnd(NettyChannelBuilder.forAddress("127.0.0.1", port)
                .decompressorRegistry(accepted)
                .compressorRegistry(sent));
    }

    private ManagedChannel closedInTheEnd(NettyChannelBuilder builder) {
        ManagedChannel channel = builder.usePlaintext().build();
        channels.add(channel);
        return channel;
    }

    @AfterEach
    void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }

    @ParameterizedTest
    @EnumSource(Zlib.class)
    void requestsMayBeCompressed(Zlib format) throws Exception {
        ModelDirectory.of(directory, "bytes").version(1, OnnxModels.identity(DataType.UINT8, "batch", "n"));
        try (TestServer server = TestServer.serving(directory)) {
            ManagedChannel channel = channel(server.grpcPort());
            for (int size : new int[] {1, 5_000, 3_000_000}) {
                ModelInferRequest request = bytes("bytes", size);
                assertThat(GRPCInferenceServiceGrpc.newBlockingStub(channel)
                                .withCompression(format.encoding())
                                .modelInfer(request)
                                .getRawOutputContents(0))
                        .isEqualTo(request.getRawInputContents(0));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Zlib.class)
    void aMessageThatIsTooLargeOnceItIsDecompressedIsRefusedAsSuch(Zlib format) throws Exception {
        try (GatedServer server = GatedServer.ready(directory, LIMIT, held.answeringAtOnce(8))) {
            ManagedChannel channel = channel(server.port());
            var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel).withCompression(format.encoding());
            Refused tooLarge = new Refused(
                    Status.Code.RESOURCE_EXHAUSTED, "Decompressed gRPC message exceeds maximum size " + LIMIT);
            assertThat(Refused.by(() -> stub.modelInfer(bytes("gated", 10 * LIMIT))))
                    .isEqualTo(tooLarge);
            assertThat(Refused.by(() -> stub.modelConfig(ModelConfigRequest.newBuilder()
                            .setName("a".repeat(10 * LIMIT))
                            .build())))
                    .isEqualTo(tooLarge);
            assertThat(stub.modelInfer(bytes("gated", LIMIT / 2)).getOutputsCount())
                    .isEqualTo(1);
        }
    }

    /** Unlike one that is too large as it comes, which gRPC ends the stream with at once: {@link StreamTest}. */
    @Test
    void onAStreamItEndsTheStreamInItsTurn() throws Exception {
        try (GatedServer server = GatedServer.ready(directory, LIMIT, held)) {
            OpenStream<ModelInferRequest> stream = OpenStream.on(
                            server.channel(),
                            GRPCInferenceServiceGrpc.getModelStreamInferMethod(),
                            CallOptions.DEFAULT.withCompression("gzip"),
                            new Metadata())
                    .reading(4)
                    .send(small("0"), small("1"));
            held.await(2);
            held.answer("0");
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("0");
            stream.send(bytes("gated", 10 * LIMIT), small("2"));
            held.answer("1");
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("1");
            assertThat(stream.end())
                    .isEqualTo(new Refused(
                            Status.Code.RESOURCE_EXHAUSTED, "Decompressed gRPC message exceeds maximum size " + LIMIT));
            Await.until("the stream is over", () -> server.openStreams() == 0);
            assertThat(held.taken()).containsExactly("0", "1");
        }
    }

    /** The second one comes when nobody looks any more: what it was is not told to whoever comes next. */
    @Test
    void whatItWasIsToldToNobodyElse() throws Exception {
        try (GatedServer server = GatedServer.ready(directory, LIMIT, held)) {
            OpenStream<ModelInferRequest> stream = OpenStream.on(
                            server.channel(),
                            GRPCInferenceServiceGrpc.getModelStreamInferMethod(),
                            CallOptions.DEFAULT.withCompression("gzip"),
                            new Metadata())
                    .reading(4)
                    .send(small("0"), bytes("gated", 10 * LIMIT), bytes("gated", 10 * LIMIT));
            held.await(1);
            CompressorRegistry broken = CompressorRegistry.newEmptyInstance();
            broken.register(new Broken(1));
            ManagedChannel channel = closedInTheEnd(
                    NettyChannelBuilder.forAddress("127.0.0.1", server.port()).compressorRegistry(broken));
            var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel).withCompression("gzip");
            for (int i = 0; i < 4; i++) {
                assertThat(Refused.by(() -> stub.modelInfer(bytes("gated", 5_000)))
                                .code())
                        .isEqualTo(Status.Code.INTERNAL);
            }
            held.answer("0");
            assertThat(stream.next().getInferResponse().getId()).isEqualTo("0");
            assertThat(stream.end().code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    private static ModelInferRequest small(String id) {
        return GatedServer.request(1).toBuilder().setId(id).build();
    }

    /** Says that it is compressed, and is not, or not to the end. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatCannotBeDecompressedIsNoMessage(int kept) throws Exception {
        try (GatedServer server = GatedServer.ready(directory, LIMIT, held)) {
            CompressorRegistry broken = CompressorRegistry.newEmptyInstance();
            broken.register(new Broken(kept));
            ManagedChannel channel = closedInTheEnd(
                    NettyChannelBuilder.forAddress("127.0.0.1", server.port()).compressorRegistry(broken));
            var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel).withCompression("gzip");
            assertThat(Refused.by(() -> stub.modelInfer(bytes("gated", 5_000))))
                    .isEqualTo(new Refused(
                            Status.Code.INTERNAL,
                            "the request is not a valid message of inference.GRPCInferenceService/ModelInfer"));
            assertThat(Refused.by(() -> stub.modelConfig(ModelConfigRequest.newBuilder()
                                    .setName("gated")
                                    .build()))
                            .message())
                    .contains("is not a valid message");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, GZIP DEFLATE, 0",
        "LOW, GZIP DEFLATE, 1",
        "MEDIUM, DEFLATE, 1",
        "HIGH, GZIP, 1",
        "HIGH, DEFLATE, 1",
        "HIGH, '', 0"
    })
    void answersAreCompressedIfToldToAndAccepted(CompressionLevel level, String accepted, int expected)
            throws Exception {
        ModelDirectory.of(directory, "bytes").version(1, OnnxModels.identity(DataType.UINT8, "batch", "n"));
        try (TestServer server =
                TestServer.builder(directory).answerCompression(level).start()) {
            List<Zlib> formats = accepted.isEmpty()
                    ? List.of()
                    : List.of(accepted.split(" ")).stream().map(Zlib::valueOf).toList();
            ManagedChannel channel = channel(server.grpcPort(), formats.toArray(Zlib[]::new));
            ModelInferRequest large = bytes("bytes", 50_000);
            ModelInferRequest small = bytes("bytes", 10);
            ModelInferResponse answer =
                    GRPCInferenceServiceGrpc.newBlockingStub(channel).modelInfer(large);
            assertThat(answer.getRawOutputContents(0)).isEqualTo(large.getRawInputContents(0));
            assertThat(decompressed.get()).isEqualTo(expected);
            assertThat(GRPCInferenceServiceGrpc.newBlockingStub(channel)
                            .modelInfer(small)
                            .getRawOutputContents(0))
                    .isEqualTo(small.getRawInputContents(0));
            assertThat(decompressed.get()).as("small answers compressed").isEqualTo(expected);
            OpenStream<ModelInferRequest> stream =
                    OpenStream.on(channel).send(small, large).reading(2);
            assertThat(stream.next().getInferResponse().getRawOutputContents(0))
                    .isEqualTo(small.getRawInputContents(0));
            assertThat(stream.next().getInferResponse().getRawOutputContents(0))
                    .isEqualTo(large.getRawInputContents(0));
            assertThat(decompressed.get()).as("on a stream, too").isEqualTo(2 * expected);
            stream.halfClose();
            assertThat(stream.end().code()).isEqualTo(Status.Code.OK);
        }
    }

    @Test
    void otherAnswersAreNotCompressed() throws Exception {
        ModelDirectory.of(directory, "wide").version(1, OnnxModels.manyInputs(200));
        try (TestServer server = TestServer.builder(directory)
                .answerCompression(CompressionLevel.HIGH)
                .start()) {
            ManagedChannel channel = channel(server.grpcPort(), Zlib.GZIP);
            assertThat(GRPCInferenceServiceGrpc.newBlockingStub(channel)
                            .modelConfig(ModelConfigRequest.newBuilder()
                                    .setName("wide")
                                    .build())
                            .getSerializedSize())
                    .isGreaterThan(AnswerCompression.SMALLEST);
            assertThat(decompressed.get()).isZero();
        }
    }

    private final class Counting implements Codec {
        private final Zlib format;

        Counting(Zlib format) {
            this.format = format;
        }

        @Override
        public String getMessageEncoding() {
            return format.encoding();
        }

        @Override
        public OutputStream compress(OutputStream to) throws IOException {
            return format.compressing(to, 6);
        }

        @Override
        public InputStream decompress(InputStream from) throws IOException {
            decompressed.incrementAndGet();
            return format.decompressing(from);
        }
    }

    /** Calls gzip what is not: the message as it is, or the first bytes of it compressed. */
    private record Broken(int kept) implements Codec {
        @Override
        public String getMessageEncoding() {
            return "gzip";
        }

        @Override
        public OutputStream compress(OutputStream to) throws IOException {
            return kept == 0 ? to : Zlib.GZIP.compressing(new Half(to), 6);
        }

        @Override
        public InputStream decompress(InputStream from) {
            return from;
        }
    }

    /** Drops all but the first 15 bytes: gzip's head and a little. */
    private static final class Half extends FilterOutputStream {
        private int left = 15;

        Half(OutputStream to) {
            super(to);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int written = Math.min(left, length);
            out.write(bytes, from, written);
            left -= written;
        }
    }
}
