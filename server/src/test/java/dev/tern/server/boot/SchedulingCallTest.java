package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.proto.admin.v1.GetSchedulingRequest;
import dev.tern.proto.admin.v1.GetSchedulingResponse;
import dev.tern.proto.admin.v1.GetSchedulingResponse.Mode;
import dev.tern.proto.admin.v1.RunTime;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators read of a model's scheduling, over a real socket. */
@Timeout(120)
class SchedulingCallTest {
    @TempDir
    Path directory;

    private TestServer server;
    private ManagedChannel channel;
    private AdminBlockingStub admin;

    @BeforeEach
    void serve() {
        ModelDirectory.of(directory, "fixed")
                .version(2, OnnxModels.mlp(4, 8, 2))
                .config("max_batch_size: 8 dynamic_batching {}");
        ModelDirectory.of(directory, "adaptive")
                .version(1, OnnxModels.mlp(4, 8, 2))
                .config("max_batch_size: 8 dynamic_batching {}"
                        + " parameters { key: 'tern.batching.mode' value { string_value: 'adaptive' } }"
                        + " parameters { key: 'tern.batching.latency_objective_ms' value { string_value: '500' } }"
                        + " parameters { key: 'tern.batching.latency_percentile' value { string_value: '95' } }");
        server = TestServer.serving(directory);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        admin = AdminGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    @Test
    void theCurveIsKnownBeforeTheFirstRequest() {
        GetSchedulingResponse fixed = scheduling("fixed", "");
        assertThat(fixed.getModel()).isEqualTo("fixed");
        assertThat(fixed.getVersion()).isEqualTo(2);
        assertThat(fixed.getMode()).isEqualTo(Mode.MODE_FIXED);
        assertThat(fixed.hasPlan()).isFalse();
        assertThat(fixed.getUnitsPerSecond()).isPositive();
        assertThat(fixed.getCurveList()).extracting(RunTime::getUnits).containsExactly(1L, 2L, 3L, 4L, 6L, 8L);
        assertThat(fixed.getCurveList()).allSatisfy(point -> {
            assertThat(point.getExpectedNs()).isPositive();
            assertThat(point.getRuns()).isZero();
            assertThat(point.getMeanMeasuredNs()).isZero();
        });
    }

    @Test
    void runsAreShownBesideWhatWasExpected() throws Exception {
        for (int i = 0; i < 40; i++) {
            Requests.infer(server, "adaptive", Tensors.floats("x", Shape.of(2, 4), 1, 2, 3, 4, 5, 6, 7, 8));
        }
        GetSchedulingResponse adaptive = scheduling("adaptive", "1");
        assertThat(adaptive.getMode()).isEqualTo(Mode.MODE_ADAPTIVE);
        assertThat(adaptive.getLatencyObjectiveNs()).isEqualTo(500_000_000);
        assertThat(adaptive.getQueued()).isZero();
        assertThat(adaptive.getMeanAbsoluteRelativeError()).isPositive();
        RunTime ofTwo = adaptive.getCurve(1);
        assertThat(ofTwo.getUnits()).isEqualTo(2);
        // The last answer may be on its way before its run is learned.
        assertThat(ofTwo.getRuns()).isBetween(39L, 40L);
        assertThat(ofTwo.getMeanMeasuredNs()).isPositive();
        assertThat(adaptive.getPlan().getLatencyPercentile()).isEqualTo(95);
        assertThat(adaptive.getPlan().getMaxRows()).isBetween(1, 8);
        assertThat(adaptive.getPlan().getRowsToWaitFor()).isBetween(1, 8);
    }

    @Test
    void whatIsNotServedIsRefused() {
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> scheduling("fixed", "7"));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    private GetSchedulingResponse scheduling(String model, String version) {
        return admin.getScheduling(GetSchedulingRequest.newBuilder()
                .setModel(model)
                .setVersion(version)
                .build());
    }
}
