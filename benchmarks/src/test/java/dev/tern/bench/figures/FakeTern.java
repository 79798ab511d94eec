package dev.tern.bench.figures;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelMetadataResponse.TensorMetadata;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ModelReadyResponse;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.proto.inference.ServerReadyResponse;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/** A server of a process of its own that takes tern's flags, has every model asked for, and answers without computing. */
public final class FakeTern {
    private static final String PORT = "--grpc-port=";

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
        int port = Arrays.stream(flags)
                .filter(each -> each.startsWith(PORT))
                .mapToInt(each -> Integer.parseInt(each.substring(PORT.length())))
                .findFirst()
                .orElseThrow();
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .directExecutor()
                .addService(new Service())
                .build()
                .start()
                .awaitTermination();
    }

    private static final class Service extends GRPCInferenceServiceImplBase {
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
            reply.onNext(ModelInferResponse.getDefaultInstance());
            reply.onCompleted();
        }
    }
}
