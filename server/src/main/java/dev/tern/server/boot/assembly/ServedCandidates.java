package dev.tern.server.boot.assembly;

import dev.tern.server.predict.Predictor;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.traffic.Candidate;
import dev.tern.server.traffic.Candidates;
import org.jspecify.annotations.Nullable;

/** Lends the repository's versions to those that get copies. */
record ServedCandidates(ModelRepository repository) implements Candidates {
    @Override
    public @Nullable Candidate lend(String model, String version) {
        return repository.acquire(model, version) instanceof ServedVersion served ? new Lent(served) : null;
    }

    private record Lent(ServedVersion served) implements Candidate {
        @Override
        public long version() {
            return served.version();
        }

        @Override
        public Predictor predictor() {
            return served.background();
        }

        @Override
        public void release() {
            served.release();
        }
    }
}
