package dev.tern.server.repository.config;

import dev.tern.proto.inference.BatchInput;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Holds a complete configuration against the model's signature.
 *
 * <p>Configured dims may be more restrictive than the model's, and outputs may be left out; inputs only if the model
 * does not need them.
 */
final class SignatureCheck {
    private SignatureCheck() {}

    static void check(ModelConfig config, Signature signature, Problems problems) {
        boolean batching = config.getMaxBatchSize() > 0;
        List<TensorConfig> inputs = new ArrayList<>(TensorConfig.inputs(config));
        inputs.addAll(SequenceTensors.inputs(config));
        checkAll(inputs, signature.inputs(), "input", batching, problems);
        List<TensorConfig> outputs = new ArrayList<>(TensorConfig.outputs(config));
        outputs.addAll(SequenceTensors.outputs(config));
        checkAll(outputs, signature.outputs(), "output", batching, problems);
        checkBatchInputs(config, signature, problems);
        Set<String> made = config.getBatchInputList().stream()
                .flatMap(each -> each.getTargetNameList().stream())
                .collect(Collectors.toSet());
        List<TensorSpec> needed = signature.inputs().stream()
                .filter(each -> !each.optional() && !made.contains(each.name()))
                .toList();
        List<String> missing = needed.stream()
                .map(TensorSpec::name)
                .filter(name -> inputs.stream().noneMatch(each -> each.name().equals(name)))
                .toList();
        problems.errorIf(
                !missing.isEmpty(),
                "input",
                "expected " + needed.size() + " inputs but the configuration has " + inputs.size() + "; missing: "
                        + missing);
    }

    /** What the server makes itself must be an input of the model, of the type and with the dimensions it makes. */
    private static void checkBatchInputs(ModelConfig config, Signature signature, Problems problems) {
        for (int i = 0; i < config.getBatchInputCount(); i++) {
            BatchInput input = config.getBatchInput(i);
            int rank = input.getKind() == BatchInput.Kind.BATCH_ITEM_SHAPE ? 2 : 1;
            for (String target : input.getTargetNameList()) {
                String key = "batch_input[" + i + "].target_name";
                signature.inputs().stream()
                        .filter(each -> each.name().equals(target))
                        .findFirst()
                        .ifPresentOrElse(
                                spec -> problems.errorIf(
                                        DataTypes.toConfig(spec.type()) != input.getDataType()
                                                || spec.shape().rank() != rank
                                                || spec.shape().dim(0) != Shape.VARIABLE,
                                        key,
                                        input.getKind() + " makes " + input.getDataType() + " of " + rank
                                                + " dimension(s) with a variable first one, but '" + target
                                                + "' of the model is " + DataTypes.toConfig(spec.type()) + " of shape "
                                                + spec.shape()),
                                () -> problems.error(key, unknown(target, "input", signature.inputs())));
            }
        }
    }

    private static void checkAll(
            List<TensorConfig> tensors, List<TensorSpec> specs, String kind, boolean batching, Problems problems) {
        for (TensorConfig tensor : tensors) {
            specs.stream()
                    .filter(each -> each.name().equals(tensor.name()))
                    .findFirst()
                    .ifPresentOrElse(
                            spec -> checkOne(tensor, spec, batching, problems),
                            () -> problems.error(tensor.key() + ".name", unknown(tensor.name(), kind, specs)));
        }
    }

    private static String unknown(String name, String kind, List<TensorSpec> specs) {
        List<String> names = specs.stream().map(TensorSpec::name).toList();
        return "unexpected inference " + kind + " '" + name + "', allowed " + kind + "s are: "
                + String.join(", ", names) + Suggestion.of(name, names);
    }

    private static void checkOne(TensorConfig tensor, TensorSpec spec, boolean batching, Problems problems) {
        DataType type = DataTypes.ofConfig(tensor.type());
        problems.errorIf(
                type != spec.type(),
                tensor.key() + ".data_type",
                tensor.type() + " of '" + tensor.name() + "' must be " + DataTypes.toConfig(spec.type())
                        + " as in the model");
        problems.errorIf(
                tensor.optional() && !spec.optional(),
                tensor.key() + ".optional",
                "'" + tensor.name() + "' has no default in the model and cannot be optional");
        if (batching && (spec.shape().rank() == 0 || spec.shape().dim(0) != Shape.VARIABLE)) {
            problems.error(
                    "max_batch_size",
                    "for the model to support batching, the first dimension of '" + tensor.name()
                            + "' must be variable (-1); the model has shape " + spec.shape());
        } else {
            checkDims(tensor, spec, batching, problems);
        }
    }

    private static void checkDims(TensorConfig tensor, TensorSpec spec, boolean batching, Problems problems) {
        Shape configured = tensor.modelShape(batching);
        // A tensor without dimensions cannot be written as dims; [ 1 ] stands for it.
        boolean scalar = spec.shape().rank() == 0 && configured.equals(Shape.of(1));
        problems.errorIf(
                !scalar && !spec.shape().accepts(configured),
                tensor.key() + (tensor.reshaped() ? ".reshape" : ".dims"),
                "'" + tensor.name() + "' has shape " + configured + (batching ? " with the batch dimension" : "")
                        + " but the model has " + spec.shape() + note(tensor, spec, batching));
    }

    /** The commonest slip: dims that count the batch dimension, or leave it out, against max_batch_size. */
    private static String note(TensorConfig tensor, TensorSpec spec, boolean batching) {
        if (tensor.flat()) {
            return "; a ragged input, and an output that is scattered like one, must have a single variable dimension";
        }
        if (batching && tensor.modelDims().size() == spec.shape().rank()) {
            return "; with max_batch_size > 0 dims must not list the batch dimension";
        }
        return !batching && tensor.modelDims().size() == spec.shape().rank() - 1
                ? "; with max_batch_size 0 dims must list every dimension"
                : "";
    }
}
