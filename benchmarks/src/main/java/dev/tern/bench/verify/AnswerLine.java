package dev.tern.bench.verify;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/** One answer as a line of JSON: its outputs by name, datatype, shape and raw contents in base64, and their checksum. */
final class AnswerLine {
    private AnswerLine() {}

    /** @param answer an encoded ModelInferResponse */
    static String of(int model, int request, byte[] answer) throws InvalidProtocolBufferException {
        JsonArray outputs = new JsonArray();
        for (Output each : Output.of(ModelInferResponse.parseFrom(answer)).values()) {
            outputs.add(json(each));
        }
        JsonObject line = new JsonObject();
        line.addProperty("model", model);
        line.addProperty("request", request);
        line.addProperty("crc32", checksum(outputs));
        line.add("outputs", outputs);
        return line.toString();
    }

    /**
     * The answer of a line.
     *
     * @throws IllegalArgumentException when the checksum is wrong
     */
    static byte[] answer(JsonObject line) {
        JsonArray outputs = line.getAsJsonArray("outputs");
        if (!checksum(outputs).equals(line.get("crc32").getAsString())) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
        ModelInferResponse.Builder answer = ModelInferResponse.newBuilder();
        for (JsonElement each : outputs) {
            add(answer, each.getAsJsonObject());
        }
        return answer.build().toByteArray();
    }

    private static JsonObject json(Output output) {
        JsonArray shape = new JsonArray();
        output.shape().forEach(shape::add);
        JsonObject json = new JsonObject();
        json.addProperty("name", output.name());
        json.addProperty("datatype", output.datatype());
        json.add("shape", shape);
        json.addProperty(
                "contents", Base64.getEncoder().encodeToString(output.contents().toByteArray()));
        return json;
    }

    private static void add(ModelInferResponse.Builder answer, JsonObject output) {
        InferOutputTensor.Builder tensor = InferOutputTensor.newBuilder()
                .setName(output.get("name").getAsString())
                .setDatatype(output.get("datatype").getAsString());
        output.getAsJsonArray("shape").forEach(each -> tensor.addShape(each.getAsLong()));
        answer.addOutputs(tensor);
        answer.addRawOutputContents(ByteString.copyFrom(
                Base64.getDecoder().decode(output.get("contents").getAsString())));
    }

    private static String checksum(JsonArray outputs) {
        CRC32 checksum = new CRC32();
        checksum.update(outputs.toString().getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(checksum.getValue());
    }
}
