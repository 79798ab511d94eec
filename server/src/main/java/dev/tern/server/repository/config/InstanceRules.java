package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInstanceGroup;

/** Instance groups; this build runs on the CPU. */
final class InstanceRules {
    private InstanceRules() {}

    static void check(ModelConfig config, String model, Problems problems) {
        for (int i = 0; i < config.getInstanceGroupCount(); i++) {
            checkGroup(config.getInstanceGroup(i), "instance_group[" + i + "]", model, problems);
        }
    }

    private static void checkGroup(ModelInstanceGroup group, String key, String model, Problems problems) {
        problems.errorIf(
                group.getCount() < 0,
                key + ".count",
                group.getCount() + " is not allowed; must be >= 1, or 0 for the default (" + Normalization.CPU_INSTANCES
                        + ")");
        checkKind(group, key, model, problems);
        problems.errorIf(group.getProfileCount() > 0, key + ".profile", "is only for TensorRT models");
        problems.errorIf(
                group.getSecondaryDevicesCount() > 0,
                key + ".secondary_devices",
                "no such device is available to this build of Tern");
        problems.errorIf(group.getPassive(), key + ".passive", "is not supported by this version of Tern");
        if (!group.getHostPolicy().isEmpty()) {
            problems.warning(key + ".host_policy", "has no effect in this version of Tern");
        }
        if (group.hasRateLimiter()) {
            problems.warning(key + ".rate_limiter", "has no effect in this version of Tern");
        }
    }

    private static void checkKind(ModelInstanceGroup group, String key, String model, Problems problems) {
        switch (group.getKind()) {
            case KIND_CPU ->
                problems.errorIf(
                        group.getGpusCount() > 0,
                        key + ".gpus",
                        "instance group " + (group.getName().isEmpty() ? key : group.getName()) + " of model " + model
                                + " has kind KIND_CPU but specifies one or more GPUs");
            // Becomes KIND_CPU: no GPU is known to this build, so the listed ones do not exist.
            case KIND_AUTO -> {}
            case KIND_GPU, KIND_MODEL, UNRECOGNIZED ->
                problems.error(
                        key + ".kind",
                        group.getKind()
                                + " is not available: this build of Tern runs models on the CPU; allowed are KIND_CPU"
                                + " and KIND_AUTO");
        }
    }
}
