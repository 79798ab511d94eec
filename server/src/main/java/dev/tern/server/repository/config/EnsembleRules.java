package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelEnsembling.Step;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The graph of an ensemble as far as its own configuration tells: who makes each tensor, and who reads it. */
final class EnsembleRules {
    private final ModelConfig config;
    private final String model;
    private final Problems problems;
    private final List<Step> steps;
    private final Set<String> inputs;

    /** Who makes each tensor, in words, in the order of the configuration. */
    private final Map<String, String> makers = new LinkedHashMap<>();

    private final Set<String> read = new HashSet<>();

    private EnsembleRules(ModelConfig config, String model, Problems problems) {
        this.config = config;
        this.model = model;
        this.problems = problems;
        this.steps = config.getEnsembleScheduling().getStepList();
        this.inputs = config.getInputList().stream().map(ModelInput::getName).collect(Collectors.toSet());
    }

    static void check(ModelConfig config, String model, Problems problems) {
        if (!config.hasEnsembleScheduling()) {
            problems.error(
                    "ensemble_scheduling",
                    "must be given for ensemble '" + model + "' whose platform is " + Platform.ENSEMBLE.spelling());
            return;
        }
        new EnsembleRules(config, model, problems).check();
    }

    private void check() {
        problems.errorIf(config.getInputCount() == 0, "input", "must be given for an ensemble");
        problems.errorIf(config.getOutputCount() == 0, "output", "must be given for an ensemble");
        problems.errorIf(steps.isEmpty(), "ensemble_scheduling.step", "must have at least one step");
        for (int i = 0; i < config.getInputCount(); i++) {
            ModelInput input = config.getInput(i);
            problems.errorIf(
                    input.getOptional(), "input[" + i + "].optional", "is not possible for an input of an ensemble");
            makers.put(input.getName(), "an input of the ensemble");
        }
        for (int i = 0; i < steps.size(); i++) {
            checkStep(steps.get(i), key(i));
            makes(steps.get(i), key(i));
        }
        for (int i = 0; i < steps.size(); i++) {
            reads(steps.get(i), key(i));
        }
        checkOutputs();
        checkUse();
        checkOrder();
    }

    static String key(int step) {
        return "ensemble_scheduling.step[" + step + "]";
    }

    private void checkStep(Step step, String key) {
        problems.errorIf(step.getModelName().isEmpty(), key + ".model_name", "must be given");
        problems.errorIf(
                step.getModelName().equals(model), key + ".model_name", "'" + model + "' is the ensemble itself");
        problems.errorIf(
                step.getModelVersion() < -1,
                key + ".model_version",
                step.getModelVersion() + " is not allowed; must be a version, or -1 for the newest");
        problems.errorIf(
                !step.getModelNamespace().isEmpty(),
                key + ".model_namespace",
                "is not supported by this version of Tern");
        problems.errorIf(step.getInputMapCount() == 0, key + ".input_map", "must be given");
        problems.errorIf(step.getOutputMapCount() == 0, key + ".output_map", "must be given");
    }

    private void makes(Step step, String key) {
        new TreeMap<>(step.getOutputMapMap()).forEach((output, tensor) -> {
            String other = makers.putIfAbsent(tensor, key + ", as '" + output + "'");
            problems.errorIf(
                    other != null,
                    key + ".output_map[" + output + "]",
                    "tensor '" + tensor + "' has another maker: " + other);
        });
    }

    private void reads(Step step, String key) {
        new TreeMap<>(step.getInputMapMap()).forEach((input, tensor) -> {
            read.add(tensor);
            problems.errorIf(
                    !makers.containsKey(tensor),
                    key + ".input_map[" + input + "]",
                    "tensor '" + tensor + "' is neither an input of the ensemble nor made by a step"
                            + Suggestion.of(tensor, makers.keySet()));
        });
    }

    private void checkOutputs() {
        for (int i = 0; i < config.getOutputCount(); i++) {
            String name = config.getOutput(i).getName();
            problems.errorIf(
                    !makers.containsKey(name) || inputs.contains(name),
                    "output[" + i + "].name",
                    "no step makes '" + name + "'" + Suggestion.of(name, makers.keySet()));
        }
    }

    /** As in Triton: what nobody reads was most likely to be read. */
    private void checkUse() {
        Set<String> outputs =
                config.getOutputList().stream().map(ModelOutput::getName).collect(Collectors.toSet());
        makers.forEach((tensor, maker) -> problems.errorIf(
                !read.contains(tensor) && !outputs.contains(tensor),
                "ensemble_scheduling",
                "tensor '" + tensor + "' (" + maker + ") is unused: no step reads it, and it is no output"));
    }

    /** Takes away steps whose inputs are all there, until none is left, or a circle is. */
    private void checkOrder() {
        Map<String, Integer> makerOf = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            for (String tensor : steps.get(i).getOutputMapMap().values()) {
                if (!inputs.contains(tensor)) {
                    makerOf.putIfAbsent(tensor, i);
                }
            }
        }
        Set<Integer> left = new HashSet<>();
        for (int i = 0; i < steps.size(); i++) {
            left.add(i);
        }
        while (left.removeIf(step -> steps.get(step).getInputMapMap().values().stream()
                .noneMatch(tensor -> makerOf.containsKey(tensor) && left.contains(makerOf.get(tensor))))) {
            // Each turn takes away what the last one set free.
        }
        List<String> circle = new ArrayList<>();
        left.stream()
                .sorted()
                .forEach(step -> circle.add(key(step) + " ('" + steps.get(step).getModelName() + "')"));
        problems.errorIf(
                !circle.isEmpty(),
                "ensemble_scheduling",
                "each of these steps waits for another one of them: " + String.join(", ", circle));
    }
}
