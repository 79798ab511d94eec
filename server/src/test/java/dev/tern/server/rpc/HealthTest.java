package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.NoLeaks;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Liveness, readiness and the standard health service, from the first moment to the last. */
class HealthTest {
    private static final List<String> SERVICES = List.of("", "inference.GRPCInferenceService", "gated");

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    @Test
    void turnsServingWhenTheModelIsLoadedAndNotServingOnExit() throws Exception {
        try (GatedServer server = GatedServer.loading(directory)) {
            Await.until("the model is known", () -> knows(server, "gated"));
            for (String service : SERVICES) {
                assertThat(check(server, service)).as(service).isEqualTo(ServingStatus.NOT_SERVING);
            }
            List<Watch> watches =
                    SERVICES.stream().map(service -> new Watch(server, service)).toList();
            for (Watch watch : watches) {
                assertThat(watch.next()).isEqualTo("NOT_SERVING");
            }
            server.letLoad();
            for (Watch watch : watches) {
                assertThat(watch.next()).isEqualTo("SERVING");
            }
            for (String service : SERVICES) {
                assertThat(check(server, service)).as(service).isEqualTo(ServingStatus.SERVING);
            }
            server.exit();
            for (Watch watch : watches) {
                assertThat(watch.next()).isEqualTo("NOT_SERVING");
            }
        }
    }

    @Test
    void whileTheModelLoadsTheServerIsLiveAndSaysNotReady() throws Exception {
        try (GatedServer server = GatedServer.loading(directory)) {
            Await.until("the model is known", () -> knows(server, "gated"));
            assertThat(server.stub()
                            .serverLive(ServerLiveRequest.getDefaultInstance())
                            .getLive())
                    .isTrue();
            assertThat(server.stub()
                            .serverReady(ServerReadyRequest.getDefaultInstance())
                            .getReady())
                    .isFalse();
            Refused notReady = Refused.unavailable("Server not ready");
            assertThat(Refused.by(() -> server.stub().modelInfer(GatedServer.request(1))))
                    .isEqualTo(notReady);
            assertThat(Refused.by(() -> server.stub().modelReady(gated()))).isEqualTo(notReady);
        }
    }

    @Test
    void onceExitingItSaysSoButStillAnswers() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            assertThat(server.stub().modelReady(gated()).getReady()).isTrue();
            server.exit();
            Refused exiting = Refused.unavailable("Server exiting");
            assertThat(Refused.by(() -> server.stub().serverLive(ServerLiveRequest.getDefaultInstance())))
                    .isEqualTo(exiting);
            assertThat(Refused.by(() -> server.stub().serverReady(ServerReadyRequest.getDefaultInstance())))
                    .isEqualTo(exiting);
            assertThat(Refused.by(() -> server.stub().modelReady(gated()))).isEqualTo(exiting);
            server.letRun(1);
            assertThat(server.stub().modelInfer(GatedServer.request(5)).getRawOutputContents(0))
                    .isEqualTo(Requests.longs(5));
        }
    }

    @Test
    void aRepositoryThatStopsRefusesRequests() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            server.closeModels().get(20, TimeUnit.SECONDS);
            assertThat(Refused.by(() -> server.stub().modelInfer(GatedServer.request(1))))
                    .isEqualTo(Refused.unavailable("Server is stopping, scheduler for model has stopped accepting new"
                            + " inference requests"));
        }
    }

    @Test
    void anUnknownServiceIsNotFound() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            assertThat(Refused.by(() -> check(server, "nope")).code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(new Watch(server, "nope").next()).isEqualTo("SERVICE_UNKNOWN");
        }
    }

    @Test
    void openStreamsDoNotHoldUpTheDrain() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            Watch watch = new Watch(server, "");
            assertThat(watch.next()).isEqualTo("SERVING");
            Reflection reflection = new Reflection(server);
            assertThat(reflection.replies.take()).isEqualTo("reply");
            server.exit();
            assertThat(watch.next()).isEqualTo("NOT_SERVING");
            assertThat(server.drain(20)).isTrue();
            assertThat(watch.next()).isEqualTo("UNAVAILABLE: Server exiting");
            assertThat(reflection.replies.take()).isEqualTo("ended");
        }
    }

    private static boolean knows(GatedServer server, String service) {
        try {
            check(server, service);
            return true;
        } catch (io.grpc.StatusRuntimeException e) {
            return false;
        }
    }

    private static ServingStatus check(GatedServer server, String service) {
        return HealthGrpc.newBlockingStub(server.channel())
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static ModelReadyRequest gated() {
        return ModelReadyRequest.newBuilder().setName("gated").build();
    }

    /** What a Watch stream has brought. */
    private static final class Watch implements StreamObserver<HealthCheckResponse> {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        Watch(GatedServer server, String service) {
            HealthGrpc.newStub(server.channel())
                    .watch(HealthCheckRequest.newBuilder().setService(service).build(), this);
        }

        String next() throws InterruptedException {
            return String.valueOf(events.poll(20, TimeUnit.SECONDS));
        }

        @Override
        public void onNext(HealthCheckResponse response) {
            events.add(response.getStatus().name());
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            events.add(status.getCode() + ": " + status.getDescription());
        }

        @Override
        public void onCompleted() {
            events.add("completed");
        }
    }

    /** A reflection stream that its client keeps open. */
    private static final class Reflection implements StreamObserver<ServerReflectionResponse> {
        private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();

        Reflection(GatedServer server) {
            ServerReflectionGrpc.newStub(server.channel())
                    .serverReflectionInfo(this)
                    .onNext(ServerReflectionRequest.newBuilder()
                            .setListServices("")
                            .build());
        }

        @Override
        public void onNext(ServerReflectionResponse response) {
            replies.add("reply");
        }

        @Override
        public void onError(Throwable failure) {
            replies.add("ended");
        }

        @Override
        public void onCompleted() {
            replies.add("ended");
        }
    }
}
