package dev.tern.server.repository;

import dev.tern.server.predict.Failure;

/**
 * Why a name resolves to nothing that takes requests.
 *
 * @param failure kind and wording are Triton's
 * @param reason what is known beyond that, such as why loading failed; empty for nothing
 */
public record Refusal(Failure failure, String reason) implements Resolution {
    /** The failure with the reason added, for those who ask whether a model is ready. */
    public Failure explained() {
        return reason.isEmpty() ? failure : Failure.of(failure.kind(), failure.message() + ": " + reason);
    }
}
