package dev.tern.server.repository;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import java.util.Collection;

/** Triton's wording of every refusal. */
final class Refusals {
    static final Refusal STOPPING = refusal(
            Kind.UNAVAILABLE,
            "Server is stopping, scheduler for model has stopped accepting new inference requests",
            "");

    static final Refusal NOT_STARTED = refusal(Kind.UNAVAILABLE, "Server not ready", "");

    /** In the modes in which nobody may call for a change; Triton says so in both of them. */
    static final Failure NOT_EXPLICIT =
            Failure.of(Kind.UNAVAILABLE, "explicit model load / unload is not allowed if polling is enabled");

    private Refusals() {}

    static Failure notFound(String model) {
        return Failure.of(Kind.INTERNAL, "failed to load '" + model + "', failed to poll from model repository");
    }

    static Failure loadFailed(String model, String reason) {
        return Failure.invalid("load failed for model '" + model + "': " + reason);
    }

    /** @param reason what is wrong, in one line */
    static Failure badOverride(String reason) {
        return Failure.invalid("Invalid config override: " + reason);
    }

    static Refusal unknownModel(String model) {
        return refusal(Kind.NOT_FOUND, "Request for unknown model: '" + model + "' is not found", "");
    }

    static Refusal unknownVersion(String model, long version, String reason) {
        return refusal(
                Kind.NOT_FOUND,
                "Request for unknown model: '" + model + "' version " + version + " is not found",
                reason);
    }

    static Refusal noVersion(String model, String reason) {
        return refusal(Kind.NOT_FOUND, "Request for unknown model: '" + model + "' has no available versions", reason);
    }

    static Refusal notReady(String model, long version, String reason) {
        return refusal(
                Kind.UNAVAILABLE,
                "Request for unknown model: '" + model + "' version " + version + " is not at ready state",
                reason);
    }

    static Refusal notANumber(String version) {
        return refusal(
                Kind.INVALID_ARGUMENT,
                "failed to get model version from specified version string '" + version
                        + "' (details: stol), version should be an integral value > 0",
                "");
    }

    /** As Triton words what is no number, with what else is allowed. */
    static Refusal unknownLabel(String model, String label, Collection<String> known) {
        String number = notANumber(label).failure().message();
        return refusal(
                Kind.INVALID_ARGUMENT,
                known.isEmpty()
                        ? number
                        : number + ", or a label of model '" + model + "': " + String.join(", ", known),
                "");
    }

    /** Why a label's version is none that is served. */
    static Refusal labelled(Refusal refusal, String model, String label, long version) {
        Failure failure = refusal.failure();
        return refusal(
                failure.kind(),
                "label '" + label + "' of model '" + model + "' stands for version " + version + ": "
                        + failure.message(),
                refusal.reason());
    }

    static Refusal negative(String version) {
        return refusal(
                Kind.INVALID_ARGUMENT,
                "invalid model version specified '" + version + "' , version should be an integral value > 0",
                "");
    }

    private static Refusal refusal(Kind kind, String message, String reason) {
        return new Refusal(Failure.of(kind, message), reason);
    }
}
