package dev.tern.server.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.Binding;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens sessions. A model that has never been opened before may crash the process here: see {@link TrialLoad}. */
final class OnnxSessions {
    /** Lets a model given as bytes have side files. */
    private static final String SIDE_FILES = "session.model_external_initializers_file_folder_path";

    private OnnxSessions() {}

    /** The process's only environment, made at first use. */
    static OrtEnvironment environment() {
        return Environment.INSTANCE;
    }

    static String runtimeVersion() {
        return environment().getVersion();
    }

    /** @throws EngineException if the runtime refuses the model; the message is for an operator to read */
    static OnnxSession open(OnnxModel model, SessionSettings settings) throws EngineException {
        SessionOptions options = new SessionOptions();
        try {
            return open(model, settings, options);
        } catch (EngineException | RuntimeException | Error e) {
            options.close();
            throw e;
        }
    }

    private static OnnxSession open(OnnxModel model, SessionSettings settings, SessionOptions options)
            throws EngineException {
        OrtSession session = create(model, settings, options);
        try {
            model.sources().requireUnchanged();
            checkAgrees("input", model.inputs(), session.getInputInfo());
            checkAgrees("output", model.outputs(), session.getOutputInfo());
            return new OnnxSession(session, options, model, signature(model, session.getOutputInfo()));
        } catch (OrtException e) {
            close(session);
            throw new EngineException(OrtErrors.message(e, model.directory()), e);
        } catch (EngineException | RuntimeException | Error e) {
            close(session);
            throw e;
        }
    }

    private static OrtSession create(OnnxModel model, SessionSettings settings, SessionOptions options)
            throws EngineException {
        try {
            apply(settings, options);
            OperatorLibraries.register(model, options);
            if (!model.isRewritten()) {
                return environment().createSession(model.file().toString(), options);
            }
            options.addConfigEntry(SIDE_FILES, model.directory().toString());
            return environment().createSession(model.sessionBytes(), options);
        } catch (OrtException e) {
            throw new EngineException(OrtErrors.message(e, model.directory()), e);
        }
    }

    private static void apply(SessionSettings settings, SessionOptions options) throws OrtException {
        options.setIntraOpNumThreads(settings.intraOpThreads());
        options.setInterOpNumThreads(settings.interOpThreads());
        options.setExecutionMode(
                settings.parallelExecution()
                        ? SessionOptions.ExecutionMode.PARALLEL
                        : SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setOptimizationLevel(
                switch (settings.graphOptimizationLevel()) {
                    case -1 -> SessionOptions.OptLevel.BASIC_OPT;
                    case 1 -> SessionOptions.OptLevel.EXTENDED_OPT;
                    case 2 -> SessionOptions.OptLevel.NO_OPT;
                    default -> SessionOptions.OptLevel.ALL_OPT;
                });
        options.setCPUArenaAllocator(settings.memoryArena());
        options.setMemoryPatternOptimization(settings.memoryPattern());
        for (Map.Entry<String, String> entry : settings.configEntries().entrySet()) {
            options.addConfigEntry(entry.getKey(), entry.getValue());
        }
    }

    private static void checkAgrees(String role, List<Binding> expected, Map<String, NodeInfo> actual)
            throws EngineException {
        for (Binding binding : expected) {
            NodeInfo node = actual.get(binding.sessionName());
            boolean agrees = node != null
                    && node.getInfo() instanceof TensorInfo info
                    && info.type == OrtTypes.of(binding.sessionType());
            if (!agrees) {
                throw new EngineException(role + " '" + binding.name() + "' is " + binding.sessionType()
                        + " in the model file, but to ONNX Runtime it is "
                        + (node == null ? "not there" : node.getInfo()));
            }
        }
        if (actual.size() != expected.size()) {
            throw new EngineException("the model file has " + expected.size() + " " + role + "s, but to ONNX Runtime"
                    + " it has " + actual.keySet());
        }
    }

    /** The model's signature, with the shape that ONNX Runtime found for outputs that declare none. */
    private static Signature signature(OnnxModel model, Map<String, NodeInfo> outputs) {
        List<TensorSpec> specs = new ArrayList<>();
        for (int i = 0; i < model.outputs().size(); i++) {
            TensorSpec spec = model.signature().outputs().get(i);
            boolean undeclared = model.unknownRank().contains(spec.name());
            specs.add(
                    undeclared ? found(spec, outputs.get(model.outputs().get(i).sessionName())) : spec);
        }
        return new Signature(model.signature().inputs(), specs);
    }

    private static TensorSpec found(TensorSpec spec, @Nullable NodeInfo node) {
        // The binding gives an unknown rank as an empty shape.
        return node != null && node.getInfo() instanceof TensorInfo info && info.getShape().length > 0
                ? new TensorSpec(spec.name(), spec.type(), Shape.of(info.getShape()))
                : spec;
    }

    private static void close(OrtSession session) throws EngineException {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException(OrtErrors.message(e), e);
        }
    }

    private static final class Environment {
        // Failed runs are exceptions; logged too they would let a client flood standard error.
        static final OrtEnvironment INSTANCE =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "tern");
    }
}
