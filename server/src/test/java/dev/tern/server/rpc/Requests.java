package dev.tern.server.rpc;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Messages as a client would write them, well-formed or not. */
final class Requests {
    private Requests() {}

    static ModelInferRequest.Builder to(String model) {
        return ModelInferRequest.newBuilder().setModelName(model);
    }

    /** One input with raw contents. */
    static ModelInferRequest.Builder raw(String model, String input, String type, ByteString data, long... shape) {
        return to(model).addInputs(input(input, type, shape)).addRawInputContents(data);
    }

    /** One input with typed contents. */
    static ModelInferRequest.Builder typed(
            String model, String input, String type, InferTensorContents contents, long... shape) {
        return to(model).addInputs(input(input, type, shape).setContents(contents));
    }

    static InferInputTensor.Builder input(String name, String type, long... shape) {
        return InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype(type)
                .addAllShape(LongStream.of(shape).boxed().toList());
    }

    static InferRequestedOutputTensor output(String name) {
        return InferRequestedOutputTensor.newBuilder().setName(name).build();
    }

    static ByteString bytes(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    static ByteString ints(int... values) {
        ByteBuffer bytes = buffer(values.length * Integer.BYTES);
        for (int value : values) {
            bytes.putInt(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    static ByteString longs(long... values) {
        ByteBuffer bytes = buffer(values.length * Long.BYTES);
        for (long value : values) {
            bytes.putLong(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    static ByteString floats(float... values) {
        ByteBuffer bytes = buffer(values.length * Float.BYTES);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    /** Elements of a BYTES tensor, each led by its length. */
    static ByteString elements(byte[]... elements) {
        ByteBuffer bytes = buffer(Stream.of(elements)
                .mapToInt(each -> each.length + Integer.BYTES)
                .sum());
        for (byte[] element : elements) {
            bytes.putInt(element.length).put(element);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    static ByteString texts(String... texts) {
        return elements(Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
