package dev.tern.server.rpc;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelRepositoryParameter;
import dev.tern.proto.inference.ModelRepositoryParameter.ParameterChoiceCase;
import dev.tern.proto.inference.RepositoryIndexRequest;
import dev.tern.proto.inference.RepositoryIndexResponse;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.inference.RepositoryModelLoadResponse;
import dev.tern.proto.inference.RepositoryModelUnloadRequest;
import dev.tern.proto.inference.RepositoryModelUnloadResponse;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.repository.LoadRequest;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.VersionState;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Calls that list, load and unload models, as Triton's model repository extension has them. */
final class RepositoryCalls {
    private static final String CONFIG = "config";
    private static final String FILE_PREFIX = "file:";
    private static final String UNLOAD_DEPENDENTS = "unload_dependents";

    private static final Failure ONE_REPOSITORY =
            Failure.of(Kind.UNIMPLEMENTED, "'repository_name' specification is not supported");

    private final ModelRepository repository;

    RepositoryCalls(ModelRepository repository) {
        this.repository = repository;
    }

    void index(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
        outlivesItsCaller(observer);
        if (!request.getRepositoryName().isEmpty()) {
            observer.onError(StatusMapping.toStatus(ONE_REPOSITORY));
            return;
        }
        var unused = repository.list().whenComplete((models, error) -> {
            if (error == null) {
                observer.onNext(index(models, request.getReady()));
                observer.onCompleted();
            } else {
                observer.onError(StatusMapping.toStatus(Failure.of(Kind.UNAVAILABLE, "Server exiting")));
            }
        });
    }

    private static RepositoryIndexResponse index(List<ModelIndex> models, boolean readyOnly) {
        RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
        for (ModelIndex model : models) {
            if (model.versions().isEmpty() && !readyOnly) {
                response.addModelsBuilder()
                        .setName(model.name())
                        .setState(model.reason().isEmpty() ? "" : VersionState.UNAVAILABLE.name())
                        .setReason(model.reason());
            }
            for (VersionIndex version : model.versions()) {
                if (!readyOnly || version.state() == VersionState.READY) {
                    response.addModelsBuilder()
                            .setName(model.name())
                            .setVersion(Long.toString(version.version()))
                            .setState(version.state().name())
                            .setReason(version.reason());
                }
            }
        }
        return response.build();
    }

    void load(RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
        outlivesItsCaller(observer);
        Optional<Failure> wrong = request.getRepositoryName().isEmpty()
                ? wrongOfLoad(request.getParametersMap())
                : Optional.of(ONE_REPOSITORY);
        if (wrong.isPresent()) {
            observer.onError(StatusMapping.toStatus(wrong.get()));
        } else {
            answer(repository.load(loadRequest(request)), RepositoryModelLoadResponse.getDefaultInstance(), observer);
        }
    }

    /** What is not right about the parameters; empty if they are. */
    private static Optional<Failure> wrongOfLoad(Map<String, ModelRepositoryParameter> parameters) {
        for (Map.Entry<String, ModelRepositoryParameter> each : parameters.entrySet()) {
            String key = each.getKey();
            ParameterChoiceCase type = each.getValue().getParameterChoiceCase();
            if (key.equals(CONFIG)) {
                if (type != ParameterChoiceCase.STRING_PARAM) {
                    return Optional.of(wrongType("load", key, "string_param"));
                }
            } else if (!key.startsWith(FILE_PREFIX)) {
                return Optional.of(Failure.invalid("unrecognized load parameter '" + key + "'."));
            } else if (type != ParameterChoiceCase.BYTES_PARAM) {
                return Optional.of(wrongType("load", key, "bytes_param"));
            } else if (!parameters.containsKey(CONFIG)) {
                return Optional.of(Failure.invalid("load parameter '" + key + "' needs the load parameter '" + CONFIG
                        + "': with files, the model is loaded from these alone"));
            }
        }
        return Optional.empty();
    }

    private static Failure wrongType(String call, String key, String expected) {
        return Failure.invalid(
                "invalid value type for " + call + " parameter '" + key + "', expected " + expected + ".");
    }

    private static LoadRequest loadRequest(RepositoryModelLoadRequest request) {
        Map<String, ByteString> files = new HashMap<>();
        request.getParametersMap().forEach((key, value) -> {
            if (key.startsWith(FILE_PREFIX)) {
                files.put(key.substring(FILE_PREFIX.length()), value.getBytesParam());
            }
        });
        ModelRepositoryParameter config = request.getParametersMap().get(CONFIG);
        return new LoadRequest(
                request.getModelName(),
                Optional.ofNullable(config).map(ModelRepositoryParameter::getStringParam),
                files);
    }

    void unload(RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> observer) {
        outlivesItsCaller(observer);
        Optional<Failure> wrong = request.getRepositoryName().isEmpty()
                ? wrongOfUnload(request.getParametersMap())
                : Optional.of(ONE_REPOSITORY);
        if (wrong.isPresent()) {
            observer.onError(StatusMapping.toStatus(wrong.get()));
        } else {
            answer(
                    repository.unload(
                            request.getModelName(),
                            request.getParametersMap()
                                    .getOrDefault(UNLOAD_DEPENDENTS, ModelRepositoryParameter.getDefaultInstance())
                                    .getBoolParam()),
                    RepositoryModelUnloadResponse.getDefaultInstance(),
                    observer);
        }
    }

    /** What is not right about the parameters; empty if they are. */
    private static Optional<Failure> wrongOfUnload(Map<String, ModelRepositoryParameter> parameters) {
        for (Map.Entry<String, ModelRepositoryParameter> each : parameters.entrySet()) {
            if (!each.getKey().equals(UNLOAD_DEPENDENTS)) {
                return Optional.of(Failure.invalid("unrecognized unload parameter '" + each.getKey() + "'."));
            }
            if (each.getValue().getParameterChoiceCase() != ParameterChoiceCase.BOOL_PARAM) {
                return Optional.of(wrongType("unload", each.getKey(), "bool_param"));
            }
        }
        return Optional.empty();
    }

    private static <T> void answer(CompletableFuture<Optional<Failure>> ended, T response, StreamObserver<T> observer) {
        var unused = ended.thenAccept(failure -> {
            if (failure.isPresent()) {
                observer.onError(StatusMapping.toStatus(failure.get()));
            } else {
                observer.onNext(response);
                observer.onCompleted();
            }
        });
    }

    /** A caller who has gone does not end what he asked for; answering him is nothing then, instead of an exception. */
    static void outlivesItsCaller(StreamObserver<?> observer) {
        if (observer instanceof ServerCallStreamObserver<?> call) {
            call.setOnCancelHandler(() -> {});
        }
    }
}
