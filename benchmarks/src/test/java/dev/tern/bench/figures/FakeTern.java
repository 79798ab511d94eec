package dev.tern.bench.figures;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelConfigResponse;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelMetadataResponse.TensorMetadata;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ModelReadyResponse;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.proto.inference.ServerLiveResponse;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.proto.inference.ServerReadyResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of a process of its own that takes tern's flags, has every model asked for, and answers without computing. */
public final class FakeTern {
    private static final String PORT = "--grpc-port=";
    private static final String METRICS_PORT = "--metrics-port=";

    private static final int ENTRY_BYTES = 1_000;

    private FakeTern() {}

    /** Writes a launcher for it into a directory. */
    public static Path launcher(Path directory) throws IOException {
        return launcher(directory, command(""));
    }

    /** The command that starts it, with further flags of the JVM. */
    public static String command(String flags) {
        return "exec '%s' -XX:TieredStopAtLevel=1 %s -cp '%s' %s \"$@\""
                .formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        flags,
                        System.getProperty("java.class.path"),
                        FakeTern.class.getName());
    }

    /** Writes a launcher that does something else. */
    public static Path launcher(Path directory, String command) throws IOException {
        Path launcher = Files.writeString(directory.resolve("tern"), "#!/bin/sh\n" + command + "\n");
        return Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    }

    public static void main(String[] flags) throws IOException, InterruptedException {
        int port = port(flags, PORT).orElseThrow();
        Counted counted = new Counted();
        int metrics = serve(port(flags, METRICS_PORT).orElse(0), counted);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .directExecutor()
                .addService(new Service(counted))
                .build()
                .start();
        System.err.println("1970-01-01T00:00:00.000Z INFO  [main] ServeCommand: Live: gRPC " + server.getPort()
                + ", HTTP 0, metrics " + metrics + "; loading models");
        server.awaitTermination();
    }

    private static OptionalInt port(String[] flags, String name) {
        return Arrays.stream(flags)
                .filter(each -> each.startsWith(name))
                .mapToInt(each -> Integer.parseInt(each.substring(name.length())))
                .findFirst();
    }

    /** Returns the port. */
    private static int serve(int port, Counted counted) throws IOException {
        HttpServer metrics = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        metrics.createContext("/metrics", exchange -> {
            byte[] page = counted.page().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        metrics.start();
        return metrics.getAddress().getPort();
    }

    /** Each request is a run of one row; each model has a cache that has room for everything. */
    private static final class Counted {
        private final AtomicInteger requests = new AtomicInteger();
        private final Map<String, Cached> models = new ConcurrentHashMap<>();

        void add(ModelInferRequest request) {
            requests.incrementAndGet();
            Cached model = models.computeIfAbsent(request.getModelName(), name -> new Cached());
            model.lookUps.incrementAndGet();
            byte[] contents =
                    ByteString.copyFrom(request.getRawInputContentsList()).toByteArray();
            model.kept.add(UUID.nameUUIDFromBytes(contents));
        }

        String page() {
            StringBuilder page =
                    new StringBuilder("tern_inference_batch_size_sum %1$d\ntern_inference_batch_size_count %1$d\n"
                            .formatted(requests.get()));
            models.forEach((name, model) -> page.append(model.page(name)));
            return page.toString();
        }
    }

    private static final class Cached {
        private final AtomicInteger lookUps = new AtomicInteger();
        private final Set<UUID> kept = ConcurrentHashMap.newKeySet();

        String page(String name) {
            return """
                    tern_cache_lookups_total{level="l1",model="%1$s",outcome="hit",version="1"} %2$d
                    tern_cache_lookups_total{level="l1",model="%1$s",outcome="miss",version="1"} %3$d
                    tern_cache_entries{model="%1$s"} %3$d
                    tern_cache_memory_bytes{model="%1$s"} %4$d
                    """.formatted(name, lookUps.get() - kept.size(), kept.size(), ENTRY_BYTES * kept.size());
        }
    }

    private static final class Service extends GRPCInferenceServiceImplBase {
        private final Counted counted;

        Service(Counted counted) {
            this.counted = counted;
        }

        @Override
        public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> reply) {
            reply.onNext(ServerLiveResponse.newBuilder().setLive(true).build());
            reply.onCompleted();
        }

        @Override
        public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> reply) {
            reply.onNext(ModelConfigResponse.newBuilder()
                    .setConfig(ModelConfig.newBuilder().setMaxBatchSize(64))
                    .build());
            reply.onCompleted();
        }

        @Override
        public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> reply) {
            reply.onNext(ModelMetadataResponse.newBuilder()
                    .setName(request.getName())
                    .addInputs(TensorMetadata.newBuilder()
                            .setName("features")
                            .setDatatype("FP32")
                            .addShape(-1)
                            .addShape(512))
                    .build());
            reply.onCompleted();
        }

        @Override
        public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> reply) {
            reply.onNext(ServerReadyResponse.newBuilder().setReady(true).build());
            reply.onCompleted();
        }

        @Override
        public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> reply) {
            reply.onNext(ModelReadyResponse.newBuilder().setReady(true).build());
            reply.onCompleted();
        }

        @Override
        public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> reply) {
            counted.add(request);
            reply.onNext(ModelInferResponse.getDefaultInstance());
            reply.onCompleted();
        }
    }
}
