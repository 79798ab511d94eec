package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelOptimizationPolicy;
import dev.tern.proto.inference.ModelOptimizationPolicy.ExecutionAccelerators;
import java.util.Set;

/** Graph optimisation and accelerators. */
final class OptimizationRules {
    private static final Set<String> GPU_ACCELERATORS = Set.of("tensorrt", "cuda");
    private static final String CPU_ACCELERATOR = "openvino";

    private OptimizationRules() {}

    static void check(ModelConfig config, Problems problems) {
        ModelOptimizationPolicy optimization = config.getOptimization();
        int level = optimization.getGraph().getLevel();
        problems.errorIf(
                level < -1 || level > 2,
                "optimization.graph.level",
                level + " is not allowed; must be -1 (basic), 0 (all), 1 (extended) or 2 (none)");
        checkAccelerators(optimization.getExecutionAccelerators(), problems);
    }

    private static void checkAccelerators(ExecutionAccelerators accelerators, Problems problems) {
        String key = "optimization.execution_accelerators.";
        for (ExecutionAccelerators.Accelerator each : accelerators.getGpuExecutionAcceleratorList()) {
            if (GPU_ACCELERATORS.contains(each.getName())) {
                problems.warning(
                        key + "gpu_execution_accelerator",
                        "'" + each.getName() + "' has no effect: this build of Tern runs models on the CPU");
            } else {
                problems.error(key + "gpu_execution_accelerator", unknown(each, "tensorrt and cuda"));
            }
        }
        for (ExecutionAccelerators.Accelerator each : accelerators.getCpuExecutionAcceleratorList()) {
            problems.error(
                    key + "cpu_execution_accelerator",
                    each.getName().equals(CPU_ACCELERATOR)
                            ? "'openvino' is not part of this build of Tern; leave it out"
                            : unknown(each, "none in this build"));
        }
    }

    private static String unknown(ExecutionAccelerators.Accelerator accelerator, String allowed) {
        return "unknown Execution Accelerator '" + accelerator.getName() + "' is requested; allowed: " + allowed;
    }
}
