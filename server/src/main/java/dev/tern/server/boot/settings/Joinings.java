package dev.tern.server.boot.settings;

import dev.tern.proto.inference.BatchOutput;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.admission.OutputContract;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Joining.Axes;
import dev.tern.server.engine.Joining.BatchInput;
import dev.tern.server.engine.Joining.Padding;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.repository.config.PaddingConfig;
import dev.tern.server.repository.config.PaddingConfig.Dimension;
import dev.tern.server.repository.config.ParameterKeys;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.ElementBits;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Works out how one model's requests of different lengths are joined. Dimensions that the model gives one name have one
 * length; so an output's dimension is known to have the length of an input's.
 */
final class Joinings {
    private final ModelConfig config;
    private final PaddingConfig settings;
    private final ModelContract contract;
    private final List<TensorSpec> inputs;
    private final Map<String, List<String>> inputNames = new HashMap<>();
    private final Map<String, List<String>> outputNames = new HashMap<>();
    private final List<String> lengths = new ArrayList<>();
    private final Map<String, Integer> lengthByName = new HashMap<>();
    private final Map<String, Padding> padded = new LinkedHashMap<>();

    Joinings(ModelConfig config, PaddingConfig settings, ModelContract contract, OnnxModel model) {
        this.config = config;
        this.settings = settings;
        this.contract = contract;
        this.inputs = ModelSettings.modelInputs(contract);
        for (int i = 0; i < model.inputDimNames().size(); i++) {
            inputNames.put(
                    model.signature().inputs().get(i).name(),
                    model.inputDimNames().get(i));
        }
        for (int i = 0; i < model.outputDimNames().size(); i++) {
            outputNames.put(
                    model.signature().outputs().get(i).name(),
                    model.outputDimNames().get(i));
        }
    }

    /** @throws ConfigException if a tensor varies with a padded one and nothing says how */
    Joining build() throws ConfigException {
        Map<String, Axes> cuts = new HashMap<>();
        if (config.hasDynamicBatching() && !settings.pad().isEmpty()) {
            pad();
            checkOthers();
            checkCuts();
            for (OutputContract output : contract.outputs()) {
                if (!scattered().containsKey(output.name())) {
                    cuts.put(output.name(), cut(output));
                }
            }
        }
        Set<String> ragged = config.getInputList().stream()
                .filter(ModelInput::getAllowRaggedBatch)
                .map(ModelInput::getName)
                .collect(Collectors.toSet());
        return new Joining(lengths, padded, settings.masks(), ragged, batchInputs(), cuts, scattered());
    }

    private void pad() {
        for (TensorSpec input : inputs) {
            String value = settings.pad().get(input.name());
            String source = settings.masks().get(input.name());
            if (value != null) {
                padded.put(input.name(), new Padding(axes(input), bits(input.type(), value)));
            } else if (source != null && settings.pad().containsKey(source)) {
                padded.put(input.name(), new Padding(axes(input), 0));
            }
        }
    }

    private static long bits(DataType type, String value) {
        return type == DataType.BYTES ? 0 : ElementBits.parse(type, value);
    }

    private Axes axes(TensorSpec input) {
        List<Integer> axes = new ArrayList<>();
        for (int axis = 0; axis < input.shape().rank(); axis++) {
            boolean differs = axis > 0 && input.shape().dim(axis) == Shape.VARIABLE;
            axes.add(differs ? length(input.name(), axis) : Axes.NONE);
        }
        return new Axes(axes);
    }

    private int length(String input, int axis) {
        String name = dimName(inputNames, input, axis);
        String key = name.isEmpty() ? input + "[" + axis + "]" : name;
        return lengthByName.computeIfAbsent(key, it -> {
            lengths.add(it);
            return lengths.size() - 1;
        });
    }

    private static String dimName(Map<String, List<String>> names, String tensor, int axis) {
        List<String> of = names.getOrDefault(tensor, List.of());
        return axis < of.size() ? of.get(axis) : "";
    }

    /** An input that has a padded one's length but is not padded would keep requests apart all the same. */
    private void checkOthers() throws ConfigException {
        for (TensorSpec input : inputs) {
            for (int axis = 1; axis < input.shape().rank(); axis++) {
                String name = dimName(inputNames, input.name(), axis);
                if (!padded.containsKey(input.name())
                        && input.shape().dim(axis) == Shape.VARIABLE
                        && lengthByName.containsKey(name)) {
                    throw new ConfigException("input '" + input.name() + "' has the variable dimension '" + name
                            + "' in common with a padded input, and must be padded too: add it to "
                            + ParameterKeys.BATCHING_PAD + " or " + ParameterKeys.BATCHING_MASK);
                }
            }
        }
    }

    private void checkCuts() throws ConfigException {
        Set<String> outputs =
                contract.outputs().stream().map(OutputContract::name).collect(Collectors.toSet());
        for (Dimension output : settings.cuts().keySet()) {
            if (!outputs.contains(output.tensor())) {
                throw new ConfigException("parameters[" + ParameterKeys.BATCHING_CUT + "]: '" + output.tensor()
                        + "' is no output of the model; outputs are " + String.join(", ", outputs));
            }
        }
    }

    private Axes cut(OutputContract output) throws ConfigException {
        Shape shape = ModelSettings.modelShape(output.dims(), output.reshape(), true);
        List<Integer> axes = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            axes.add(axis > 0 && shape.dim(axis) == Shape.VARIABLE ? length(output.name(), shape, axis) : Axes.NONE);
        }
        return new Axes(axes);
    }

    private int length(String output, Shape shape, int axis) throws ConfigException {
        Dimension told = told(output, firstVariable(shape) == axis, axis);
        if (told != null) {
            return length(told);
        }
        String name = dimName(outputNames, output, axis);
        Integer length = lengthByName.get(name);
        if (length != null) {
            return length;
        }
        if (!name.isEmpty() && isOfUnpadded(name)) {
            return Axes.NONE;
        }
        throw new ConfigException("output '" + output + "' varies in dimension " + axis
                + (name.isEmpty() ? "" : " ('" + name + "')")
                + ", and the model does not say with which padded input: set " + ParameterKeys.BATCHING_CUT + " to \""
                + output + "[" + axis + "]:INPUT[DIMENSION]\", or give the output's dims");
    }

    private @Nullable Dimension told(String output, boolean first, int axis) {
        Dimension exact = settings.cuts().get(new Dimension(output, axis));
        return exact == null && first ? settings.cuts().get(new Dimension(output, Dimension.FIRST_VARIABLE)) : exact;
    }

    private int length(Dimension input) throws ConfigException {
        Padding padding = padded.get(input.tensor());
        int length = Axes.NONE;
        for (TensorSpec spec : inputs) {
            if (padding != null && spec.name().equals(input.tensor())) {
                boolean first = input.axis() == Dimension.FIRST_VARIABLE;
                length = padding.axes().length(first ? firstVariable(spec.shape()) : input.axis());
            }
        }
        if (length == Axes.NONE) {
            throw new ConfigException("parameters[" + ParameterKeys.BATCHING_CUT + "]: '" + input
                    + "' is no dimension of an input that is padded; padded are " + padded.keySet());
        }
        return length;
    }

    private static int firstVariable(Shape shape) {
        for (int axis = 1; axis < shape.rank(); axis++) {
            if (shape.dim(axis) == Shape.VARIABLE) {
                return axis;
            }
        }
        return 0;
    }

    /** What such an input has is the same for all requests of a run. */
    private boolean isOfUnpadded(String name) {
        return inputs.stream()
                .filter(input -> !padded.containsKey(input.name()))
                .anyMatch(input ->
                        inputNames.getOrDefault(input.name(), List.of()).contains(name));
    }

    private List<BatchInput> batchInputs() {
        List<BatchInput> all = new ArrayList<>();
        for (dev.tern.proto.inference.BatchInput each : config.getBatchInputList()) {
            for (String target : each.getTargetNameList()) {
                all.add(new BatchInput(target, kind(each.getKind()), each.getSourceInput(0)));
            }
        }
        return all;
    }

    private static BatchInput.Kind kind(dev.tern.proto.inference.BatchInput.Kind kind) {
        return switch (kind) {
            case BATCH_ELEMENT_COUNT -> BatchInput.Kind.ELEMENT_COUNT;
            case BATCH_ACCUMULATED_ELEMENT_COUNT -> BatchInput.Kind.ACCUMULATED_ELEMENT_COUNT;
            case BATCH_ACCUMULATED_ELEMENT_COUNT_WITH_ZERO -> BatchInput.Kind.ACCUMULATED_ELEMENT_COUNT_WITH_ZERO;
            case BATCH_MAX_ELEMENT_COUNT_AS_SHAPE -> BatchInput.Kind.MAX_ELEMENT_COUNT_AS_SHAPE;
            case BATCH_ITEM_SHAPE -> BatchInput.Kind.ITEM_SHAPE;
            case BATCH_ITEM_SHAPE_FLATTEN -> BatchInput.Kind.ITEM_SHAPE_FLATTEN;
            case UNRECOGNIZED -> throw new IllegalStateException("a checked configuration has no unknown kind");
        };
    }

    private Map<String, String> scattered() {
        Map<String, String> all = new HashMap<>();
        for (BatchOutput each : config.getBatchOutputList()) {
            each.getTargetNameList().forEach(target -> all.put(target, each.getSourceInput(0)));
        }
        return all;
    }
}
