package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import dev.tern.proto.inference.ModelStatistics;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetadataTest {
    private FakeServer server;
    private TernClient client;

    @BeforeEach
    void start() throws IOException {
        server = FakeServer.start(Behaviours.echo());
        client = TernClient.builder(server.target()).build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void serverMetadata() {
        ServerMetadata metadata = client.serverMetadata();

        assertThat(metadata.name()).isEqualTo("fake");
        assertThat(metadata.version()).isEqualTo("1.2");
        assertThat(metadata.extensions()).containsExactly("binary_tensor_data");
        assertThat(client.serverMetadataAsync().join()).hasToString(metadata.toString());
    }

    @Test
    void modelMetadata() {
        ModelMetadata metadata = client.modelMetadata("ranker");

        assertThat(metadata.name()).isEqualTo("ranker");
        assertThat(metadata.versions()).containsExactly("3");
        assertThat(metadata.platform()).isEqualTo("onnxruntime_onnx");
        TensorMetadata input = metadata.inputs().get(0);
        assertThat(input.name()).isEqualTo("dense");
        assertThat(input.datatype()).isEqualTo("FP32");
        assertThat(input.shape()).containsExactly(-1, 13);
        assertThat(metadata.outputs()).hasToString("[probability: FP32[-1]]");
        assertThat(client.modelMetadata("ranker", "2").versions()).containsExactly("2");
        assertThat(client.modelMetadataAsync("ranker", "2").join().versions()).containsExactly("2");
    }

    @Test
    void modelConfig() {
        assertThat(client.modelConfig("ranker").getMaxBatchSize()).isEqualTo(64);
        assertThat(client.modelConfigAsync("ranker", "3").join().getName()).isEqualTo("ranker");
    }

    @Test
    void modelStatistics() {
        assertThat(client.modelStatistics("ranker"))
                .extracting(ModelStatistics::getVersion, ModelStatistics::getInferenceCount)
                .containsExactly(tuple("3", 200L), tuple("4", 0L));
        assertThat(client.modelStatistics("ranker", "4"))
                .extracting(ModelStatistics::getVersion)
                .containsExactly("4");
        assertThat(client.modelStatisticsAsync("ranker", "3").join())
                .extracting(ModelStatistics::getInferenceCount)
                .containsExactly(200L);
    }

    @Test
    void unknownModels() {
        assertThatExceptionOfType(InferException.class)
                .isThrownBy(() -> client.modelMetadata("ranger"))
                .withMessage("NOT_FOUND: Request for unknown model: 'ranger' is not found");
        assertThatExceptionOfType(InferException.class)
                .isThrownBy(() -> client.isModelReady("ranger"))
                .matches(e -> e.code() == Status.Code.NOT_FOUND);
    }

    @Test
    void readiness() {
        assertThat(client.isLive()).isTrue();
        assertThat(client.isLiveAsync().join()).isTrue();
        assertThat(client.isReady()).isFalse();
        assertThat(client.isReadyAsync().join()).isFalse();
        assertThat(client.isModelReady("ranker")).isTrue();
        assertThat(client.isModelReady("ranker", "4")).isFalse();
        assertThat(client.isModelReadyAsync("ranker", "4").join()).isFalse();
    }

    @Test
    void health() {
        server.health.setStatus("ranker", ServingStatus.NOT_SERVING);

        assertThat(client.health()).isEqualTo(HealthStatus.SERVING);
        assertThat(client.health("ranker")).isEqualTo(HealthStatus.NOT_SERVING);
        assertThat(client.health("ranger")).isEqualTo(HealthStatus.SERVICE_UNKNOWN);
        assertThat(client.healthAsync("ranger").join()).isEqualTo(HealthStatus.SERVICE_UNKNOWN);
    }
}
