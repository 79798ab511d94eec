package dev.tern.server.rpc;

import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.ModelStatisticsResponse;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.Refusal;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.VersionState;
import dev.tern.server.repository.config.VersionLabels;
import java.util.Optional;

/** Finds the versions that a ModelStatistics call asks for, and words what they have done. */
final class StatisticsAnswer {
    private final ModelRepository repository;

    StatisticsAnswer(ModelRepository repository) {
        this.repository = repository;
    }

    /** @throws Malformed if the model, or the version, is not one that is served */
    ModelStatisticsResponse to(ModelStatisticsRequest request) throws Malformed {
        ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
        if (request.getName().isEmpty()) {
            repository.index().forEach(model -> addReady(model, response));
        } else if (request.getVersion().isEmpty()) {
            addReady(model(request.getName()), response);
        } else {
            response.addModelStats(of(request.getName(), request.getVersion()));
        }
        return response.build();
    }

    private ModelIndex model(String name) throws Malformed {
        return repository.index().stream()
                .filter(each -> each.name().equals(name) && isServed(each))
                .findFirst()
                .orElseThrow(() -> notAvailable(name));
    }

    private static boolean isServed(ModelIndex model) {
        return model.versions().stream().anyMatch(StatisticsAnswer::isServed);
    }

    private static boolean isServed(VersionIndex version) {
        return version.state() == VersionState.READY;
    }

    private static Malformed notAvailable(String model) {
        return Malformed.invalid("requested model '" + model + "' is not available");
    }

    private void addReady(ModelIndex model, ModelStatisticsResponse.Builder response) {
        model.versions().stream()
                .filter(StatisticsAnswer::isServed)
                .flatMap(version -> of(repository.acquire(model.name(), Long.toString(version.version()))).stream())
                .forEach(response::addModelStats);
    }

    private ModelStatistics of(String model, String version) throws Malformed {
        Resolution resolution = repository.acquire(model, version);
        if (resolution instanceof Refusal refusal) {
            throw refused(model, version, refusal.failure());
        }
        return of(resolution).orElseThrow(() -> notAvailable(model));
    }

    /** In Triton's words, which tell a model that is not there from a version that is not. */
    private Malformed refused(String model, String version, Failure failure) throws Malformed {
        if (failure.kind() == Kind.INVALID_ARGUMENT) {
            return new Malformed(failure);
        }
        ModelIndex unused = model(model);
        String why = VersionLabels.isLabel(version) ? ": " + failure.message() : "";
        return Malformed.invalid("requested model version is not available for model '" + model + "'" + why);
    }

    /** Empty for a version that has gone meanwhile. */
    private static Optional<ModelStatistics> of(Resolution resolution) {
        if (resolution instanceof ServedVersion served) {
            try {
                return Optional.of(StatisticsMessages.of(served.model(), served.version(), served.statistics()));
            } finally {
                served.release();
            }
        }
        return Optional.empty();
    }
}
