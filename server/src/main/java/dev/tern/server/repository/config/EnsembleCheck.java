package dev.tern.server.repository.config;

import dev.tern.proto.inference.DataType;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelEnsembling.Step;
import dev.tern.proto.inference.ModelParameter;
import dev.tern.server.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Holds an ensemble, whose configuration was checked by itself, against the models of its steps. One thread. */
public final class EnsembleCheck {
    /** Where the steps' models are. */
    public interface Models {
        /** The completed configuration of what answers; empty where nothing does. */
        Optional<ModelConfig> find(Step step);
    }

    /**
     * One end of a tensor: what makes it or reads it.
     *
     * @param row dimensions without the batch
     */
    private record End(String who, DataType type, Shape row, boolean batched) {
        static End of(String who, TensorConfig tensor, List<Long> dims, boolean batched) {
            return new End(
                    who,
                    tensor.type(),
                    Shape.of(dims.stream().mapToLong(Long::longValue).toArray()),
                    batched);
        }

        Shape full() {
            return batched ? row.rows(Shape.VARIABLE) : row;
        }

        /** As in Triton, a batch of one is as good as none: then the first dimension is put there or taken away. */
        boolean fits(End other) {
            return agree(full(), other.full()) || (batched != other.batched && agree(row, other.row));
        }

        private static boolean agree(Shape a, Shape b) {
            boolean agree = a.rank() == b.rank();
            for (int i = 0; agree && i < a.rank(); i++) {
                agree = a.dim(i) == b.dim(i) || a.dim(i) == Shape.VARIABLE || b.dim(i) == Shape.VARIABLE;
            }
            return agree;
        }

        @Override
        public String toString() {
            return type + " " + full() + " (" + who + ")";
        }
    }

    private final ModelConfig ensemble;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, End> makers = new HashMap<>();

    private EnsembleCheck(ModelConfig ensemble) {
        this.ensemble = ensemble;
    }

    /** Why the ensemble cannot be served with {@code models} as they are, naming step and tensor; empty if it can. */
    public static String problem(ModelConfig ensemble, Models models) {
        EnsembleCheck check = new EnsembleCheck(ensemble);
        check.check(models);
        return check.problems.isEmpty()
                ? ""
                : "ensemble '" + ensemble.getName() + "': " + String.join("; ", check.problems);
    }

    private void check(Models models) {
        boolean batched = ensemble.getMaxBatchSize() > 0;
        for (TensorConfig input : TensorConfig.inputs(ensemble)) {
            makers.put(input.name(), End.of("input of the ensemble", input, input.modelDims(), batched));
        }
        List<Step> steps = ensemble.getEnsembleScheduling().getStepList();
        Map<Integer, ModelConfig> found = new TreeMap<>();
        for (int i = 0; i < steps.size(); i++) {
            Optional<ModelConfig> model = models.find(steps.get(i));
            if (model.isPresent()) {
                found.put(i, model.get());
            } else {
                error(EnsembleRules.key(i), missing(steps.get(i)));
            }
        }
        // Makers first: a step may read what a later one makes.
        found.forEach((i, model) -> outputs(EnsembleRules.key(i), steps.get(i), model));
        found.forEach((i, model) -> inputs(EnsembleRules.key(i), steps.get(i), model));
        for (TensorConfig output : TensorConfig.outputs(ensemble)) {
            read(output.key(), output.name(), End.of("output of the ensemble", output, output.modelDims(), batched));
        }
    }

    private static String missing(Step step) {
        return "model '" + step.getModelName() + "' "
                + (step.getModelVersion() < 0
                        ? "has no version that is ready"
                        : "version " + step.getModelVersion() + " is not ready (-1 stands for the newest)");
    }

    private void outputs(String key, Step step, ModelConfig model) {
        int batch = model.getMaxBatchSize();
        errorIf(
                batch > 0 && batch < ensemble.getMaxBatchSize() && !splits(model),
                key,
                "the ensemble's max_batch_size is " + ensemble.getMaxBatchSize() + ", but model '" + step.getModelName()
                        + "' has only " + batch);
        List<TensorConfig> outputs = TensorConfig.outputs(model);
        new TreeMap<>(step.getOutputMapMap())
                .forEach((name, tensor) -> outputs.stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .ifPresentOrElse(
                                each -> makers.putIfAbsent(tensor, end(key, step, each, batch > 0)),
                                () -> error(
                                        key + ".output_map[" + name + "]", unknown(name, "output", step, outputs))));
    }

    private static boolean splits(ModelConfig model) {
        return model.getParametersOrDefault(ParameterKeys.SPLIT_LARGE_REQUESTS, ModelParameter.getDefaultInstance())
                .getStringValue()
                .equals("true");
    }

    private void inputs(String key, Step step, ModelConfig model) {
        List<TensorConfig> inputs = TensorConfig.inputs(model);
        new TreeMap<>(step.getInputMapMap())
                .forEach((name, tensor) -> inputs.stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .ifPresentOrElse(
                                each -> read(
                                        key + ".input_map[" + name + "]",
                                        tensor,
                                        end(key, step, each, model.getMaxBatchSize() > 0)),
                                () -> error(key + ".input_map[" + name + "]", unknown(name, "input", step, inputs))));
        Set<String> made = PaddingConfig.masks(model).keySet();
        inputs.stream()
                .filter(each -> !each.optional() && !made.contains(each.name()))
                .filter(each -> !step.containsInputMap(each.name()))
                .forEach(each -> error(
                        key + ".input_map",
                        "input '" + each.name() + "' of model '" + step.getModelName() + "' is mapped to no tensor"));
    }

    private static End end(String key, Step step, TensorConfig tensor, boolean batched) {
        return End.of(
                "'" + tensor.name() + "' of " + key + ", model '" + step.getModelName() + "'",
                tensor,
                tensor.dims(),
                batched);
    }

    private static String unknown(String name, String kind, Step step, List<TensorConfig> known) {
        List<String> names = known.stream().map(TensorConfig::name).toList();
        return "model '" + step.getModelName() + "' has no " + kind + " '" + name + "', it has "
                + String.join(", ", names) + Suggestion.of(name, names);
    }

    /** The tensor is not made where its maker is not ready, which is a problem by itself. */
    private void read(String key, String tensor, End reader) {
        End maker = makers.get(tensor);
        if (maker != null) {
            errorIf(
                    maker.type() != reader.type() || !maker.fits(reader),
                    key,
                    "tensor '" + tensor + "' is made as " + maker + ", but read as " + reader);
        }
    }

    private void errorIf(boolean wrong, String key, String text) {
        if (wrong) {
            error(key, text);
        }
    }

    private void error(String key, String text) {
        problems.add(key + ": " + text);
    }
}
