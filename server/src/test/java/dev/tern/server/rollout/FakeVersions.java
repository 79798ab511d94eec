package dev.tern.server.rollout;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.OutcomeObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Versions 1 to 3 of any model, of which 3 is the newest; the pair that was found last. */
final class FakeVersions implements ServedVersions {
    Optional<String> change = Optional.empty();

    /** Asking for whose changes fails. */
    String broken = "";

    /** With which. */
    Throwable defect = new IllegalStateException("a defect");

    /** Whether observing fails, too. */
    boolean unobservable;

    @Nullable
    OutcomeObserver ofBaseline;

    @Nullable
    OutcomeObserver ofCandidate;

    @Override
    public ServedPair find(String model, String candidate, String baseline) throws RolloutException {
        long of = number(candidate);
        return new Pair(model, baseline.isEmpty() ? (of == 3 ? 2 : 3) : number(baseline), of);
    }

    private static long number(String version) throws RolloutException {
        if (!version.matches("[123]")) {
            throw new RolloutException(Failure.of(Kind.NOT_FOUND, "version " + version + " is not found"));
        }
        return Long.parseLong(version);
    }

    boolean observed() {
        return ofBaseline != null && ofCandidate != null;
    }

    /** Throws whatever it is, though it may be none of these. */
    @SuppressWarnings("unchecked") // The cast is checked nowhere, which is what is wanted.
    private static <T extends Throwable> void fail(Throwable defect) throws T {
        throw (T) defect;
    }

    private final class Pair implements ServedPair {
        private final String model;
        private final long baseline;
        private final long candidate;

        Pair(String model, long baseline, long candidate) {
            this.model = model;
            this.baseline = baseline;
            this.candidate = candidate;
        }

        @Override
        public long baseline() {
            return baseline;
        }

        @Override
        public long candidate() {
            return candidate;
        }

        @Override
        public boolean includes(String version) {
            return version.equals(Long.toString(baseline)) || version.equals(Long.toString(candidate));
        }

        @Override
        public void observe(OutcomeObserver baselineObserver, OutcomeObserver candidateObserver) {
            if (unobservable) {
                throw new IllegalStateException("a defect");
            }
            ofBaseline = baselineObserver;
            ofCandidate = candidateObserver;
        }

        @Override
        public void stopObserving() {
            ofBaseline = null;
            ofCandidate = null;
        }

        @Override
        public Optional<String> change() {
            if (model.equals(broken)) {
                FakeVersions.<RuntimeException>fail(defect);
            }
            return change;
        }
    }
}
