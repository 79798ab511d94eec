package dev.tern.server.traffic;

import dev.tern.server.predict.Failure;

/** What became of a copy. */
public enum ShadowOutcome {
    /** Answered, and the differences are numbers. */
    COMPARED,
    /** Answered, and differently in shape or kind, or with a number where the other has none. */
    INCOMPARABLE,
    /** The candidate failed, does not take what the other version takes, or ran for longer than a copy is waited for. */
    FAILED,
    /** The server had no time for it, or is going. */
    GIVEN_UP,
    /** Too many others waited, or their bytes were too many. */
    DROPPED,
    /** Not copied, as the candidate, which was served before, is not. */
    UNSERVED;

    /** Of a failure, by whose fault it is. */
    static ShadowOutcome of(Failure.Kind kind) {
        return switch (kind) {
            case INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED, INTERNAL -> FAILED;
            case UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, CANCELLED -> GIVEN_UP;
        };
    }

    static ShadowOutcome of(ComparedAnswer answer) {
        if (answer.failed()) {
            return FAILED;
        }
        return answer.isComparable() ? COMPARED : INCOMPARABLE;
    }
}
