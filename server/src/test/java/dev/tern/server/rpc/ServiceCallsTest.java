package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.ListModelsRequest;
import dev.tern.proto.admin.v1.Model;
import dev.tern.proto.admin.v1.ModelVersion;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelMetadataResponse.TensorMetadata;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.proto.inference.ServerMetadataRequest;
import dev.tern.proto.inference.ServerMetadataResponse;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All calls but ModelInfer, on both ports. */
@Tag("protocol")
class ServiceCallsTest {
    private static TestServer server;
    private static ManagedChannel admin;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @BeforeAll
    static void serve(@TempDir Path repository) {
        ModelDirectory.of(repository, "simple").version(1, OnnxModels.simple());
        ModelDirectory.of(repository, "text")
                .version(2, OnnxModels.identity(DataType.BYTES, 2, "n"))
                .version(10, OnnxModels.identity(DataType.BYTES, 2, "n"))
                .config("version_policy { all {} }");
        ModelDirectory.of(repository, "broken").version(1, "no model".getBytes(StandardCharsets.UTF_8));
        ModelDirectory.of(repository, "misspelt")
                .version(1, OnnxModels.simple())
                .config("max_batch_sice: 1");
        server = TestServer.serving(repository);
        admin = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
    }

    @AfterAll
    static void stop() {
        admin.shutdownNow();
        server.close();
    }

    @Test
    void isLiveAlthoughAModelFailed() {
        assertThat(server.stub()
                        .serverLive(ServerLiveRequest.getDefaultInstance())
                        .getLive())
                .isTrue();
    }

    @Test
    void isNotReadyWhileAModelIsNot() {
        assertThat(server.stub()
                        .serverReady(ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isFalse();
    }

    @Test
    void saysWhatItIs() {
        ServerMetadataResponse metadata = server.stub().serverMetadata(ServerMetadataRequest.getDefaultInstance());
        assertThat(metadata.getName()).isEqualTo("tern");
        assertThat(metadata.getVersion()).isNotEmpty();
        assertThat(metadata.getExtensionsList())
                .containsExactly(
                        "classification",
                        "sequence",
                        "model_repository",
                        "model_repository(unload_dependents)",
                        "schedule_policy",
                        "model_configuration",
                        "binary_tensor_data",
                        "parameters",
                        "statistics",
                        "logging");
    }

    @Test
    void aModelIsReadyOrSaysWhyNot() {
        assertThat(server.stub().modelReady(ready("simple", "")).getReady()).isTrue();
        assertThat(server.stub().modelReady(ready("text", "2")).getReady()).isTrue();
        Refused broken = Refused.by(() -> server.stub().modelReady(ready("broken", "1")));
        assertThat(broken.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(broken.message())
                .startsWith("Request for unknown model: 'broken' version 1 is not at ready state: ")
                .doesNotContain("/");
        Refused misspelt = Refused.by(() -> server.stub().modelReady(ready("misspelt", "")));
        assertThat(misspelt.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(misspelt.message())
                .startsWith("Request for unknown model: 'misspelt' has no available versions: ")
                .contains("max_batch_sice");
        assertThat(Refused.by(() -> server.stub().modelReady(ready("nope", ""))))
                .isEqualTo(Refused.notFound("Request for unknown model: 'nope' is not found"));
    }

    private static ModelReadyRequest ready(String model, String version) {
        return ModelReadyRequest.newBuilder().setName(model).setVersion(version).build();
    }

    @Test
    void metadataOfABatchingModelHasTheBatchDimension() {
        assertThat(metadata("simple", ""))
                .isEqualTo(ModelMetadataResponse.newBuilder()
                        .setName("simple")
                        .addVersions("1")
                        .setPlatform("onnxruntime_onnx")
                        .addInputs(tensor("INPUT0", "INT32", -1, 16))
                        .addInputs(tensor("INPUT1", "INT32", -1, 16))
                        .addOutputs(tensor("OUTPUT0", "INT32", -1, 16))
                        .addOutputs(tensor("OUTPUT1", "INT32", -1, 16))
                        .build());
    }

    @Test
    void metadataListsAllVersionsOrTheOneAskedFor() {
        assertThat(metadata("text", "").getVersionsList()).containsExactly("2", "10");
        ModelMetadataResponse one = metadata("text", "2");
        assertThat(one.getVersionsList()).containsExactly("2");
        assertThat(one.getInputsList()).containsExactly(tensor("x", "BYTES", 2, -1));
        assertThat(Refused.by(() -> metadata("text", "3")))
                .isEqualTo(Refused.notFound("Request for unknown model: 'text' version 3 is not found"));
    }

    private static ModelMetadataResponse metadata(String model, String version) {
        return server.stub()
                .modelMetadata(ModelMetadataRequest.newBuilder()
                        .setName(model)
                        .setVersion(version)
                        .build());
    }

    private static TensorMetadata tensor(String name, String type, long... shape) {
        TensorMetadata.Builder tensor =
                TensorMetadata.newBuilder().setName(name).setDatatype(type);
        for (long dim : shape) {
            tensor.addShape(dim);
        }
        return tensor.build();
    }

    @Test
    void theConfigIsTheOneInForceAndSaysWhatWasCompleted() {
        ModelConfig config = server.stub()
                .modelConfig(ModelConfigRequest.newBuilder().setName("simple").build())
                .getConfig();
        assertThat(config.getName()).isEqualTo("simple");
        assertThat(config.getMaxBatchSize()).isEqualTo(256);
        assertThat(config.hasDynamicBatching()).isTrue();
        assertThat(config.getInputList())
                .extracting(input -> input.getName() + " " + input.getDataType() + input.getDimsList())
                .containsExactly("INPUT0 TYPE_INT32[16]", "INPUT1 TYPE_INT32[16]");
        assertThat(config.getParametersMap().keySet()).anyMatch(key -> key.startsWith("tern.auto_completed"));
        assertThat(config.getInstanceGroupCount()).isPositive();
    }

    static Stream<String> calls() {
        return GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getBareMethodName);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void everyCallIsThere(String name) {
        MethodDescriptor<?, ?> method = GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods().stream()
                .filter(each -> name.equals(each.getBareMethodName()))
                .findFirst()
                .orElseThrow();
        MethodDescriptor<byte[], ?> unary = Bytes.in(method).toBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .build();
        String answer;
        try {
            ClientCalls.blockingUnaryCall(server.channel(), unary, CallOptions.DEFAULT, new byte[0]);
            answer = "OK";
        } catch (StatusRuntimeException e) {
            answer = e.getStatus().toString();
        }
        assertThat(answer).doesNotContain("is unimplemented");
    }

    @Test
    void reflectionListsTheServices() throws Exception {
        assertThat(services(server.channel()))
                .containsExactlyInAnyOrder(
                        "inference.GRPCInferenceService",
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection");
        assertThat(services(admin)).containsExactlyInAnyOrder("tern.v1.Admin", "grpc.reflection.v1.ServerReflection");
    }

    private static List<String> services(ManagedChannel channel) throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {}
                });
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        requests.onCompleted();
        return answer.get(20, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
                .map(ServiceResponse::getName)
                .toList();
    }

    @Test
    void operatorsCallsAreOnTheirOwnPortOnly() {
        assertThat(AdminGrpc.newBlockingStub(admin)
                        .listModels(ListModelsRequest.getDefaultInstance())
                        .getModelsList())
                .extracting(Model::getName)
                .containsExactly("broken", "misspelt", "simple", "text");
        assertThat(Refused.by(() -> AdminGrpc.newBlockingStub(server.channel())
                                .listModels(ListModelsRequest.getDefaultInstance()))
                        .code())
                .isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(Refused.by(() -> GRPCInferenceServiceGrpc.newBlockingStub(admin)
                                .serverLive(ServerLiveRequest.getDefaultInstance()))
                        .code())
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void modelsAreListedWithStateAndReason() {
        List<Model> models = AdminGrpc.newBlockingStub(admin)
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList();
        ModelVersion broken = models.get(0).getVersions(0);
        assertThat(broken.getState()).isEqualTo(ModelVersion.State.STATE_UNAVAILABLE);
        assertThat(broken.getReason()).isNotEmpty();
        assertThat(models.get(1).getReason()).contains("max_batch_sice");
        assertThat(models.get(1).getVersionsList()).isEmpty();
        ModelVersion simple = models.get(2).getVersions(0);
        assertThat(simple.getState()).isEqualTo(ModelVersion.State.STATE_READY);
        assertThat(simple.getReason()).isEmpty();
        assertThat(simple.getMaxBatchSize()).isEqualTo(256);
        assertThat(simple.getInstances()).isPositive();
        assertThat(models.get(3).getVersionsList())
                .extracting(ModelVersion::getVersion)
                .containsExactly(2L, 10L);
    }
}
