package dev.tern.server.repository.config;

import dev.tern.proto.inference.BatchInput;
import dev.tern.proto.inference.BatchOutput;
import dev.tern.proto.inference.DataType;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Ragged inputs, and the tensors that describe a batch of them. */
final class RaggedRules {
    private static final long VARIABLE = -1;

    private RaggedRules() {}

    static void check(ModelConfig config, Problems problems) {
        for (int i = 0; i < config.getInputCount(); i++) {
            if (config.getInput(i).getAllowRaggedBatch()) {
                checkRagged(config, config.getInput(i), "input[" + i + "].allow_ragged_batch", problems);
            }
        }
        Set<String> targets = new HashSet<>();
        for (int i = 0; i < config.getBatchInputCount(); i++) {
            checkBatchInput(config, i, targets, problems);
        }
        for (int i = 0; i < config.getBatchOutputCount(); i++) {
            checkBatchOutput(config, i, targets, problems);
        }
    }

    private static void checkRagged(ModelConfig config, ModelInput input, String key, Problems problems) {
        problems.errorIf(config.getMaxBatchSize() < 1, key, "needs max_batch_size >= 1 in the file");
        problems.errorIf(input.getOptional(), key, "is not possible for an optional input");
        problems.errorIf(input.hasReshape(), key, "is not possible together with reshape");
        if (!input.getDimsList().contains(VARIABLE)) {
            problems.warning(
                    key, "'" + input.getName() + "' has no dimension that varies; requests share a run without it");
        }
    }

    private static void checkBatchInput(ModelConfig config, int index, Set<String> targets, Problems problems) {
        BatchInput input = config.getBatchInput(index);
        String key = "batch_input[" + index + "]";
        problems.errorIf(input.getKind() == BatchInput.Kind.UNRECOGNIZED, key + ".kind", "is unknown");
        problems.errorIf(
                input.getDataType() != DataType.TYPE_INT32 && input.getDataType() != DataType.TYPE_FP32,
                key + ".data_type",
                input.getDataType() + " is not allowed; must be TYPE_INT32 or TYPE_FP32");
        checkSource(config, input.getSourceInputList(), key, problems);
        problems.errorIf(input.getTargetNameCount() == 0, key + ".target_name", "must be given");
        for (String target : input.getTargetNameList()) {
            problems.errorIf(
                    inputs(config).contains(target),
                    key + ".target_name",
                    "'" + target + "' is listed as an input too; what the server makes is no part of a request");
            problems.errorIf(
                    !targets.add(target), key + ".target_name", "'" + target + "' is listed twice; names must differ");
        }
    }

    private static void checkBatchOutput(ModelConfig config, int index, Set<String> targets, Problems problems) {
        BatchOutput output = config.getBatchOutput(index);
        String key = "batch_output[" + index + "]";
        checkSource(config, output.getSourceInputList(), key, problems);
        problems.errorIf(output.getTargetNameCount() == 0, key + ".target_name", "must be given");
        List<String> outputs =
                config.getOutputList().stream().map(ModelOutput::getName).toList();
        for (String target : output.getTargetNameList()) {
            problems.errorIf(
                    !outputs.contains(target),
                    key + ".target_name",
                    "'" + target + "' is no configured output; they are " + outputs + Suggestion.of(target, outputs));
            problems.errorIf(
                    !targets.add(target), key + ".target_name", "'" + target + "' is listed twice; names must differ");
        }
    }

    private static void checkSource(ModelConfig config, List<String> sources, String key, Problems problems) {
        Set<String> inputs = inputs(config);
        problems.errorIf(
                sources.size() != 1, key + ".source_input", "must name exactly one input, names " + sources.size());
        for (String source : sources) {
            problems.errorIf(
                    !inputs.contains(source),
                    key + ".source_input",
                    "'" + source + "' is no configured input; they are " + inputs + Suggestion.of(source, inputs));
        }
    }

    private static Set<String> inputs(ModelConfig config) {
        return config.getInputList().stream().map(ModelInput::getName).collect(Collectors.toCollection(TreeSet::new));
    }
}
