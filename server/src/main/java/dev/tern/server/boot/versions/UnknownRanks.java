package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.SampleRows;
import dev.tern.server.engine.onnx.OnnxEngine;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds how many dimensions a tensor has that declares none: the configuration says so, or for an output a sample run
 * shows it. A wrong guess would give answers a wrong shape.
 */
final class UnknownRanks {
    private static final Logger LOG = LoggerFactory.getLogger(UnknownRanks.class);

    private final Set<String> unknown;
    private final Map<String, Integer> configured = new HashMap<>();

    /**
     * @param unknown inputs and outputs that declare no shape
     * @param given the configuration before auto-complete
     */
    UnknownRanks(Set<String> unknown, ModelConfig given) {
        this.unknown = unknown;
        int batch = given.getMaxBatchSize() > 0 ? 1 : 0;
        for (ModelInput input : given.getInputList()) {
            configured.put(
                    input.getName(),
                    batch + (input.hasReshape() ? input.getReshape().getShapeCount() : input.getDimsCount()));
        }
        for (ModelOutput output : given.getOutputList()) {
            configured.put(
                    output.getName(),
                    batch + (output.hasReshape() ? output.getReshape().getShapeCount() : output.getDimsCount()));
        }
    }

    /** The engine's signature with every rank known. */
    Signature resolve(OnnxEngine engine) throws VersionLoadException {
        Signature declared = engine.signature();
        if (unknown.isEmpty()) {
            return declared;
        }
        List<TensorSpec> inputs = new ArrayList<>();
        for (TensorSpec input : declared.inputs()) {
            if (unknown.contains(input.name()) && !configured.containsKey(input.name())) {
                throw undeclared("input", input);
            }
            inputs.add(asConfigured(input));
        }
        List<TensorSpec> outputs = new ArrayList<>();
        for (TensorSpec output : declared.outputs()) {
            outputs.add(needsRun(output) ? asRun(output, engine, inputs) : asConfigured(output));
        }
        return new Signature(inputs, outputs);
    }

    /** ONNX Runtime knows most outputs' ranks; one that it does not know looks like one dimension. */
    private boolean needsRun(TensorSpec output) {
        return unknown.contains(output.name())
                && !configured.containsKey(output.name())
                && output.shape().equals(Shape.of(Shape.VARIABLE));
    }

    private TensorSpec asConfigured(TensorSpec spec) {
        int told = spec.shape().rank();
        int rank = unknown.contains(spec.name()) ? configured.getOrDefault(spec.name(), told) : told;
        return rank == told ? spec : withRank(spec, rank);
    }

    private static TensorSpec asRun(TensorSpec output, OnnxEngine engine, List<TensorSpec> inputs)
            throws VersionLoadException {
        try (Instance instance = engine.newInstance(List.of(output.name()))) {
            for (List<List<Tensor>> trial : SampleRows.trials(inputs, 1)) {
                try {
                    Tensor given = instance.run(List.of(new BatchItem(1, trial.get(0), List.of())))
                            .get(0)
                            .get(0);
                    given.data().release();
                    return withRank(output, given.shape().rank());
                } catch (EngineException e) {
                    // Another sample may fit the model; its own reason to fail would tell nobody anything.
                    LOG.debug("Output '{}': a sample run to see its rank failed", output.name(), e);
                }
            }
        }
        throw undeclared("output", output);
    }

    private static TensorSpec withRank(TensorSpec spec, int rank) {
        long[] dims = new long[rank];
        Arrays.fill(dims, Shape.VARIABLE);
        return new TensorSpec(spec.name(), spec.type(), Shape.of(dims), spec.optional());
    }

    private static VersionLoadException undeclared(String role, TensorSpec spec) {
        return new VersionLoadException(
                role + " '" + spec.name() + "' declares no shape in the model; config.pbtxt must give its dims");
    }
}
