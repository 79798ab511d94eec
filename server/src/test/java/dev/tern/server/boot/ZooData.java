package dev.tern.server.boot;

import com.google.protobuf.ByteString;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.OnnxModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/** Reads tensors as ONNX's test data, numpy and MNIST have them. */
final class ZooData {
    private static final Pattern NUMPY = Pattern.compile("'descr': '(..)(\\d)'.*'shape': \\(([0-9, ]+)\\)");

    private ZooData() {}

    /** The tensors {@code prefix_0.pb} and so on, as far as there are any; names may be empty. */
    static List<Tensor> tensors(Path dataSet, String prefix) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; Files.exists(dataSet.resolve(prefix + "_" + i + ".pb")); i++) {
            tensors.add(tensor(dataSet.resolve(prefix + "_" + i + ".pb")));
        }
        return tensors;
    }

    static Tensor tensor(Path file) throws IOException {
        TensorProto proto = TensorProto.parseFrom(Files.readAllBytes(file));
        DataType type = Arrays.stream(DataType.values())
                .filter(each -> OnnxModels.onnxType(each).getNumber() == proto.getDataType())
                .findFirst()
                .orElseThrow();
        byte[] data = type == DataType.BYTES
                ? BytesElements.write(proto.getStringDataList().stream()
                        .map(ByteString::toByteArray)
                        .toList())
                : proto.getRawData().toByteArray();
        Shape shape =
                Shape.of(proto.getDimsList().stream().mapToLong(Long::longValue).toArray());
        return new Tensor(proto.getName(), type, shape, HeapPayload.wrap(data));
    }

    /** One array of a .npz file, its numbers as doubles, row-major. */
    static double[] numpy(Path file, String name) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile());
                InputStream in = zip.getInputStream(zip.getEntry(name + ".npy"))) {
            ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            int header = Short.toUnsignedInt(bytes.getShort(8));
            Matcher described = NUMPY.matcher(new String(bytes.array(), 10, header, StandardCharsets.US_ASCII));
            if (!described.find()) {
                throw new IOException("no array of numbers: " + name);
            }
            bytes.position(10 + header);
            double[] values = new double[bytes.remaining() / Integer.parseInt(described.group(2))];
            for (int i = 0; i < values.length; i++) {
                values[i] = number(described.group(1) + described.group(2), bytes);
            }
            return values;
        }
    }

    private static double number(String type, ByteBuffer bytes) {
        return switch (type) {
            case "|u1" -> Byte.toUnsignedInt(bytes.get());
            case "<i2" -> bytes.getShort();
            case "<f4" -> bytes.getFloat();
            default -> throw new IllegalArgumentException("unexpected type " + type);
        };
    }

    /** The bytes of an MNIST file after its header. */
    static byte[] mnist(Path file, int headerBytes) throws IOException {
        byte[] all = Files.readAllBytes(file);
        return Arrays.copyOfRange(all, headerBytes, all.length);
    }
}
