package dev.tern.server.engine.onnx.graph;

import dev.tern.proto.onnx.GraphProto;
import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.NodeProto;
import dev.tern.proto.onnx.ValueInfoProto;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an ONNX file says about itself. Immutable, and small whatever the file's size; whether the file stayed as it is
 * while a session was opened from it, {@code sources} tells.
 *
 * @param file the model file; side files lie in its directory
 * @param signature inputs and outputs, batch dimension included; inputs with a default in the model are left out,
 *     unless asked for, and then optional. A tensor of unknown rank has shape [-1], see {@code unknownRank}
 * @param inputDimNames per input and dimension the name it varies under, "" where it has none; equal names must be
 *     given equal sizes
 * @param outputDimNames the same of the outputs
 * @param unknownRank inputs and outputs that declare no shape at all
 * @param overridable every input that has a default in the model, asked for or not
 * @param defaults the values of the optional inputs in {@code signature}, by name; the session has no default of its
 *     own, so a run must bring these where the request does not
 * @param inputs how the session knows the signature's inputs, in order
 * @param outputs how the session knows the signature's outputs, in order
 * @param operatorLibraries files with operators that are no part of ONNX Runtime, to be registered with a session
 * @param sources the files as they were read
 * @param usesDynamicQuantization whether a scale is taken from the whole batch, so that rows may change each other a
 *     little
 */
public record OnnxModel(
        Path file,
        Signature signature,
        List<List<String>> inputDimNames,
        List<List<String>> outputDimNames,
        Set<String> unknownRank,
        List<TensorSpec> overridable,
        Map<String, Tensor> defaults,
        List<Binding> inputs,
        List<Binding> outputs,
        List<Path> operatorLibraries,
        SourceFiles sources,
        boolean usesDynamicQuantization) {
    private static final Set<String> DYNAMIC_QUANTIZATION = Set.of(
            "DynamicQuantizeLinear",
            "MatMulInteger",
            "ConvInteger",
            "DynamicQuantizeMatMul",
            "DynamicQuantizeLSTM",
            "MatMulIntegerToFloat",
            "QAttention");

    /** As {@link #read(Path, Set)}, every input with a default left out. */
    public static OnnxModel read(Path file) throws ModelRefusedException {
        return read(file, Set.of());
    }

    /** As {@link #read(Path, Set, List)}, without libraries. */
    public static OnnxModel read(Path file, Set<String> optionalInputs) throws ModelRefusedException {
        return read(file, optionalInputs, List.of());
    }

    /**
     * Describes the model in {@code file}.
     *
     * @param optionalInputs inputs with a default in the model that requests may bring all the same. Each costs what
     *     ONNX Runtime could have computed ahead with a constant: name those that are used, not a network's weights
     * @param operatorLibraries files with operators that the model uses; their content counts in the digest
     * @throws ModelRefusedException if it is no ONNX model, or one that cannot be served rightly
     */
    public static OnnxModel read(Path file, Set<String> optionalInputs, List<Path> operatorLibraries)
            throws ModelRefusedException {
        FileStamp found = FileStamp.of(file);
        ModelProto model = ModelFile.describe(file);
        GraphProto graph = model.getGraph();
        GraphWalk walk = GraphWalk.of(model);
        Inputs inputs = Inputs.of(model, optionalInputs);
        List<TensorSpec> outputs = GraphSignature.specs("output", graph.getOutputList());
        if (outputs.isEmpty()) {
            throw new ModelRefusedException("the model has no outputs");
        }
        StringSafety.check(outputs, walk);
        if (!operatorLibraries.isEmpty()) {
            LibraryTexts.check(outputs, walk);
        }
        Bindings bindings = new Bindings(GraphRewrite.names(walk));
        List<Binding> inputBindings = bindings.of(inputs.specs());
        List<Binding> outputBindings = bindings.of(outputs);
        GraphRewrite.checkCanCast(model, inputBindings, outputBindings);
        return new OnnxModel(
                file,
                new Signature(inputs.specs(), outputs),
                inputs.values().stream().map(GraphSignature::dimNames).toList(),
                graph.getOutputList().stream().map(GraphSignature::dimNames).toList(),
                unknownRank(inputs.values(), graph.getOutputList()),
                inputs.overridable(),
                Defaults.of(file, inputs.specs()),
                inputBindings,
                outputBindings,
                List.copyOf(operatorLibraries),
                SourceFiles.of(file, found, sideFiles(file, walk, operatorLibraries), optionalInputs),
                walk.nodes().stream().map(NodeProto::getOpType).anyMatch(DYNAMIC_QUANTIZATION::contains));
    }

    /** All files beside the model's own that decide its answers. */
    private static SortedMap<String, Path> sideFiles(Path file, GraphWalk walk, List<Path> operatorLibraries)
            throws ModelRefusedException {
        SortedMap<String, Path> files = ExternalData.files(directory(file), walk.tensors());
        for (int i = 0; i < operatorLibraries.size(); i++) {
            // No side file of the model has an absolute name.
            files.put("/operators/" + i, operatorLibraries.get(i));
        }
        return files;
    }

    /** SHA-256 in 64 hexadecimal digits over model file, side files, libraries and the choice of optional inputs. */
    public String digest() {
        return sources.digest();
    }

    /** Whether a session must be opened from {@link #sessionBytes} instead of the file. */
    public boolean isRewritten() {
        return !defaults.isEmpty()
                || Stream.of(inputs, outputs)
                        .flatMap(List::stream)
                        .anyMatch(binding -> !binding.name().equals(binding.sessionName()));
    }

    /**
     * The model as {@link #inputs} and {@link #outputs} describe it, read from the file and written anew at each call.
     * Side files are still looked for in {@link #directory}.
     */
    public byte[] sessionBytes() throws ModelRefusedException {
        return GraphRewrite.apply(ModelFile.whole(file), inputs, outputs, defaults.keySet())
                .toByteArray();
    }

    /** Where side files lie. */
    public Path directory() {
        return directory(file);
    }

    private static Path directory(Path file) {
        return Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
    }

    private static Set<String> unknownRank(List<ValueInfoProto> inputs, List<ValueInfoProto> outputs) {
        return Stream.of(inputs, outputs)
                .flatMap(List::stream)
                .filter(GraphSignature::hasUnknownRank)
                .map(ValueInfoProto::getName)
                .collect(Collectors.toUnmodifiableSet());
    }
}
