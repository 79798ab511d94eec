package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInstanceGroup;
import dev.tern.proto.inference.ModelRateLimiter;
import dev.tern.proto.inference.ModelRateLimiter.Resource;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

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
        checkRateLimiter(group.getRateLimiter(), key + ".rate_limiter", problems);
    }

    private static void checkRateLimiter(ModelRateLimiter limiter, String key, Problems problems) {
        problems.errorIf(
                limiter.getPriority() < 0,
                key + ".priority",
                Integer.toUnsignedString(limiter.getPriority()) + " is not allowed; must be from 1 to "
                        + Integer.MAX_VALUE + ", or 0 for the default (1)");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < limiter.getResourcesCount(); i++) {
            Resource resource = limiter.getResources(i);
            String at = key + ".resources[" + i + "]";
            problems.errorIf(resource.getName().isEmpty(), at + ".name", "must not be empty");
            problems.errorIf(
                    !names.add(resource.getName().toLowerCase(Locale.ROOT)),
                    at + ".name",
                    "'" + resource.getName() + "' is given before; upper and lower case do not count");
            problems.errorIf(
                    resource.getCount() < 0,
                    at + ".count",
                    Integer.toUnsignedString(resource.getCount()) + " is not allowed; must be from 0 to "
                            + Integer.MAX_VALUE);
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
