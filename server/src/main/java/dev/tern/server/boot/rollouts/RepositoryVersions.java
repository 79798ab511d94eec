package dev.tern.server.boot.rollouts;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.Refusal;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.VersionState;
import dev.tern.server.rollout.RolloutException;
import dev.tern.server.rollout.ServedPair;
import dev.tern.server.rollout.ServedVersions;

/** Finds the versions of rollouts in the model repository. Any thread. */
public final class RepositoryVersions implements ServedVersions {
    private final ModelRepository repository;

    /** @param repository whose versions are found */
    public RepositoryVersions(ModelRepository repository) {
        this.repository = repository;
    }

    @Override
    public ServedPair find(String model, String candidate, String baseline) throws RolloutException {
        ServedVersion of = acquire(model, candidate);
        try {
            String other = baseline.isEmpty() ? newestBut(of) : baseline;
            ServedVersion over = acquire(model, other);
            try {
                return new LoadedPair(repository, over, of);
            } finally {
                over.release();
            }
        } finally {
            of.release();
        }
    }

    private ServedVersion acquire(String model, String version) throws RolloutException {
        Resolution found = repository.acquire(model, version);
        if (found instanceof ServedVersion served) {
            return served;
        }
        throw new RolloutException(((Refusal) found).explained());
    }

    private String newestBut(ServedVersion candidate) throws RolloutException {
        return repository.index().stream()
                .filter(each -> each.name().equals(candidate.model()))
                .flatMap(each -> each.versions().stream())
                .filter(each -> each.state() == VersionState.READY && each.version() != candidate.version())
                .map(VersionIndex::version)
                .max(Long::compare)
                .map(version -> Long.toString(version))
                .orElseThrow(() -> new RolloutException(Failure.of(
                        Kind.NOT_FOUND,
                        "model '" + candidate.model() + "' serves no version but " + candidate.version()
                                + ": there is nothing to hold it against")));
    }
}
