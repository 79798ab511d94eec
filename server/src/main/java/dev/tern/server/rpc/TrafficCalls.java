package dev.tern.server.rpc;

import dev.tern.proto.admin.v1.GetTrafficRequest;
import dev.tern.proto.admin.v1.GetTrafficResponse;
import dev.tern.proto.admin.v1.ModelTraffic;
import dev.tern.proto.admin.v1.ResetTrafficRequest;
import dev.tern.proto.admin.v1.ResetTrafficResponse;
import dev.tern.proto.admin.v1.SetTrafficRequest;
import dev.tern.proto.admin.v1.SetTrafficResponse;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Share;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.Refusal;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.traffic.Traffic;
import io.grpc.stub.StreamObserver;

/** Operator calls about which version of a model answers, and which gets copies. */
final class TrafficCalls {
    private final ModelRepository repository;
    private final Traffic traffic;

    TrafficCalls(ModelRepository repository, Traffic traffic) {
        this.repository = repository;
        this.traffic = traffic;
    }

    void get(GetTrafficRequest request, StreamObserver<GetTrafficResponse> observer) {
        answer(observer, () -> {
            require(request.getModel(), "");
            return GetTrafficResponse.newBuilder()
                    .setTraffic(inForce(request.getModel()))
                    .setReport(TrafficMessages.report(traffic.shadow(request.getModel())))
                    .build();
        });
    }

    void set(SetTrafficRequest request, StreamObserver<SetTrafficResponse> observer) {
        answer(observer, () -> {
            require(request.getModel(), "");
            SetTrafficRequest given = checked(request);
            TrafficSettings unused = traffic.change(given.getModel(), before -> TrafficMessages.changed(before, given));
            return SetTrafficResponse.newBuilder()
                    .setTraffic(inForce(given.getModel()))
                    .build();
        });
    }

    void reset(ResetTrafficRequest request, StreamObserver<ResetTrafficResponse> observer) {
        answer(observer, () -> {
            TrafficSettings unused = traffic.reset(request.getModel());
            return ResetTrafficResponse.newBuilder()
                    .setTraffic(inForce(request.getModel()))
                    .build();
        });
    }

    /** The request, all of whose versions are served. */
    private SetTrafficRequest checked(SetTrafficRequest request) throws Malformed {
        TrafficSettings given;
        try {
            given = TrafficMessages.changed(TrafficSettings.NONE, request);
        } catch (IllegalArgumentException e) {
            throw Malformed.invalid(String.valueOf(e.getMessage()));
        }
        for (Share each : given.split()) {
            require(request.getModel(), each.version());
        }
        if (given.shadow().isOn()) {
            require(request.getModel(), given.shadow().version());
        }
        return request;
    }

    private void require(String model, String version) throws Malformed {
        Resolution found = repository.acquire(model, version);
        if (found instanceof Refusal refusal) {
            throw new Malformed(refusal.explained());
        } else if (found instanceof ServedVersion served) {
            served.release();
        }
    }

    private ModelTraffic inForce(String model) {
        return TrafficMessages.of(
                model, traffic.isSet(model), traffic.settings(model), version -> served(model, version));
    }

    /** The number that {@code version} stands for; 0 while that is not served. */
    private long served(String model, String version) {
        if (repository.acquire(model, version) instanceof ServedVersion served) {
            served.release();
            return served.version();
        }
        return 0;
    }

    private interface Call<T> {
        T make() throws Malformed;
    }

    private static <T> void answer(StreamObserver<T> observer, Call<T> call) {
        T made;
        try {
            made = call.make();
        } catch (Malformed e) {
            observer.onError(StatusMapping.toStatus(e.failure()));
            return;
        }
        observer.onNext(made);
        observer.onCompleted();
    }
}
