package dev.tern.server.acceptance;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.server.testing.OnnxGraph.attribute;

import ai.onnxruntime.OrtException;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.DirectRun;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Models of every datatype in a repository, and requests to them with the answers that ONNX Runtime gives, as files that
 * a client in another language reads.
 *
 * <p>{@code cases.tsv} has a line for each request: the model, then its tensors as {@code in} or {@code out}, name,
 * datatype, dimensions, and the file of its raw bytes, with colons between.
 */
final class DatatypeCases {
    private static final int[] ROWS = {1, 7};
    private static final int COLUMNS = 3;

    private final Path repository;
    private final Path directory;
    private final Random random = new Random(7);
    private final List<String> lines = new ArrayList<>();

    DatatypeCases(Path repository, Path directory) {
        this.repository = repository;
        this.directory = directory;
    }

    /** Writes it all; returns how many requests there are. */
    int write() throws IOException, OrtException {
        for (DataType type : DataType.values()) {
            identity(type);
            if (type != DataType.BYTES) {
                toFp32(type);
            }
        }
        vocabulary();
        sumAndDifference();
        Files.write(directory.resolve("cases.tsv"), lines);
        return lines.size();
    }

    /** The bits come back as they went. */
    private void identity(DataType type) throws IOException {
        String model = addModel("identity_" + lower(type), OnnxModels.identity(type));
        for (int rows : ROWS) {
            Tensor x = tensor("x", type, rows, COLUMNS);
            addCase(model, List.of(x), List.of(renamed(x, "y")));
        }
    }

    /** The numbers mean to the model what they mean to the caller. */
    private void toFp32(DataType type) throws IOException, OrtException {
        byte[] onnx = OnnxGraph.named("to_fp32")
                .input("x", OnnxModels.onnxType(type), "batch", COLUMNS)
                .output("y", FLOAT, "batch", COLUMNS)
                .node("Cast", "x", "y", attribute("to", FLOAT.getNumber()))
                .bytes();
        String model = addModel("to_fp32_" + lower(type), onnx);
        for (int rows : ROWS) {
            Tensor x = tensor("x", type, rows, COLUMNS);
            addCase(
                    model,
                    List.of(x),
                    switch (type) {
                        case UINT16, UINT32, UINT64 -> List.of(unsignedToFp32(x));
                        case BOOL, UINT8, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES ->
                            direct(onnx, List.of(x), Map.of("y", DataType.FP32));
                    });
        }
    }

    private void vocabulary() throws IOException, OrtException {
        byte[] onnx = OnnxModels.stringVocabulary();
        String model = addModel("vocabulary", onnx);
        Tensor words = new Tensor("word", DataType.BYTES, Shape.of(4), texts(List.of("a", "\u00e9", "z", "unheard")));
        List<Tensor> ids = direct(onnx, List.of(words), Map.of("id", DataType.INT64));
        // A model with nothing but rows takes and gives [rows, 1] on the wire, as Triton's reshape has it.
        addCase(model, List.of(column(words)), List.of(column(ids.get(0))));
    }

    private static Tensor column(Tensor vector) {
        return new Tensor(vector.name(), vector.type(), Shape.of(vector.shape().dim(0), 1), vector.data());
    }

    private void sumAndDifference() throws IOException, OrtException {
        byte[] onnx = OnnxModels.simple();
        String model = addModel("simple", onnx);
        for (int rows : ROWS) {
            List<Tensor> inputs =
                    List.of(tensor("INPUT0", DataType.INT32, rows, 16), tensor("INPUT1", DataType.INT32, rows, 16));
            addCase(model, inputs, direct(onnx, inputs, Map.of("OUTPUT0", DataType.INT32, "OUTPUT1", DataType.INT32)));
        }
    }

    private static List<Tensor> direct(byte[] onnx, List<Tensor> inputs, Map<String, DataType> outputs)
            throws OrtException {
        try (DirectRun run = new DirectRun(onnx)) {
            return run.run(inputs, outputs);
        }
    }

    /** ONNX Runtime's Java binding makes no unsigned tensors of these sizes, so arithmetic says what is right. */
    private static Tensor unsignedToFp32(Tensor x) {
        int size = x.type().elementSize();
        ByteBuffer from = ByteBuffer.wrap(bytes(x)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = littleEndian(Float.BYTES * (from.capacity() / size));
        while (from.hasRemaining()) {
            byte[] element = new byte[size];
            for (int i = size - 1; i >= 0; i--) {
                element[i] = from.get();
            }
            to.putFloat(new BigInteger(1, element).floatValue());
        }
        return new Tensor("y", DataType.FP32, x.shape(), HeapPayload.wrap(written(to)));
    }

    private Tensor tensor(String name, DataType type, int rows, int columns) {
        int elements = rows * columns;
        return new Tensor(
                name,
                type,
                Shape.of(rows, columns),
                switch (type) {
                    case BYTES ->
                        texts(IntStream.range(0, elements)
                                .mapToObj(i -> "\u00fcber ".repeat(i % 3))
                                .toList());
                    case BOOL -> {
                        byte[] bits = randomBytes(elements);
                        for (int i = 0; i < bits.length; i++) {
                            bits[i] &= 1;
                        }
                        yield HeapPayload.wrap(bits);
                    }
                    case FP32 -> fp32(elements);
                    case FP64 -> fp64(elements);
                    case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16 ->
                        HeapPayload.wrap(randomBytes(elements * type.elementSize()));
                });
    }

    /** Numbers of all sizes; no random bits, because a signalling NaN does not survive every language's float. */
    private HeapPayload fp32(int elements) {
        ByteBuffer bytes = littleEndian(elements * Float.BYTES);
        bytes.putFloat(Float.NEGATIVE_INFINITY).putFloat(-0f).putFloat(Float.MIN_VALUE);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) (random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30)));
        }
        return HeapPayload.wrap(written(bytes));
    }

    private HeapPayload fp64(int elements) {
        ByteBuffer bytes = littleEndian(elements * Double.BYTES);
        bytes.putDouble(Double.NEGATIVE_INFINITY).putDouble(-0d).putDouble(Double.MIN_VALUE);
        while (bytes.hasRemaining()) {
            bytes.putDouble(random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
        }
        return HeapPayload.wrap(written(bytes));
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static HeapPayload texts(List<String> texts) {
        return HeapPayload.wrap(BytesElements.write(texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList()));
    }

    private String addModel(String name, byte[] onnx) {
        ModelDirectory.of(repository, name).version(1, onnx);
        return name;
    }

    private void addCase(String model, List<Tensor> inputs, List<Tensor> outputs) throws IOException {
        List<String> fields = new ArrayList<>(List.of(model));
        for (Tensor input : inputs) {
            fields.add(field("in", input));
        }
        for (Tensor output : outputs) {
            fields.add(field("out", output));
        }
        lines.add(String.join("\t", fields));
    }

    private String field(String role, Tensor tensor) throws IOException {
        String file = lines.size() + "-" + tensor.name() + ".raw";
        Files.write(directory.resolve(file), bytes(tensor));
        List<String> dims = new ArrayList<>();
        for (long dim : tensor.shape().toArray()) {
            dims.add(Long.toString(dim));
        }
        return String.join(":", role, tensor.name(), tensor.type().name(), String.join(",", dims), file);
    }

    private static byte[] bytes(Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate((int) tensor.data().size());
        tensor.data().copyTo(0, bytes);
        return bytes.array();
    }

    private static Tensor renamed(Tensor tensor, String name) {
        return new Tensor(name, tensor.type(), tensor.shape(), tensor.data());
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] written(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static String lower(DataType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
