package dev.tern.server.boot.rollouts;

import dev.tern.server.predict.OutcomeObserver;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.rollout.ServedPair;
import java.util.Optional;

/** Two versions of a model as they were once loaded. Keeps no lease: who unloads one has not to wait. */
final class LoadedPair implements ServedPair {
    private final ModelRepository repository;
    private final ServedVersion baseline;
    private final ServedVersion candidate;

    LoadedPair(ModelRepository repository, ServedVersion baseline, ServedVersion candidate) {
        this.repository = repository;
        this.baseline = baseline;
        this.candidate = candidate;
    }

    @Override
    public long baseline() {
        return baseline.version();
    }

    @Override
    public long candidate() {
        return candidate.version();
    }

    @Override
    public boolean includes(String version) {
        if (!(repository.acquire(candidate.model(), version) instanceof ServedVersion served)) {
            return false;
        }
        served.release();
        return served.version() == candidate.version() || served.version() == baseline.version();
    }

    @Override
    public void observe(OutcomeObserver ofBaseline, OutcomeObserver ofCandidate) {
        baseline.observe(ofBaseline);
        candidate.observe(ofCandidate);
    }

    @Override
    public void stopObserving() {
        baseline.observe(null);
        candidate.observe(null);
    }

    /** A server that stops serves nothing; that is no change of a version. */
    @Override
    public Optional<String> change() {
        if (repository.isStopping()) {
            return Optional.empty();
        }
        Optional<String> ofCandidate = change(candidate);
        return ofCandidate.isPresent() ? ofCandidate : change(baseline);
    }

    private Optional<String> change(ServedVersion known) {
        if (!(repository.acquire(known.model(), Long.toString(known.version())) instanceof ServedVersion served)) {
            return Optional.of("version " + known.version() + " is not served any more");
        }
        boolean same = served == known;
        served.release();
        return same
                ? Optional.empty()
                : Optional.of("version " + known.version() + " was loaded anew or given other instances");
    }
}
