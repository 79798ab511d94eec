package dev.tern.server.rpc.wire;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.tern.server.rpc.wire.Parameter.Choice;
import dev.tern.server.tensor.DataType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Our form of a message that protobuf has read. */
public final class FromProtobuf {
    private FromProtobuf() {}

    public static InferMessage message(ModelInferRequest request) {
        InferMessage message = new InferMessage();
        message.modelName = request.getModelName();
        message.modelVersion = request.getModelVersion();
        message.id = request.getId();
        message.parameters = parameters(request.getParametersMap());
        request.getInputsList().forEach(each -> fill(message.addInput(), each));
        for (InferRequestedOutputTensor each : request.getOutputsList()) {
            OutputMessage output = message.addOutput();
            output.name = each.getName();
            output.parameters = parameters(each.getParametersMap());
        }
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        for (ByteString each : request.getRawInputContentsList()) {
            message.addRaw(raw.size(), each.size());
            raw.writeBytes(each.toByteArray());
        }
        message.own(raw.toByteArray());
        return message;
    }

    private static void fill(InputMessage input, InferInputTensor from) {
        input.name = from.getName();
        input.datatype = from.getDatatype();
        from.getShapeList().forEach(input::addDim);
        input.parameters = parameters(from.getParametersMap());
        if (from.hasContents()) {
            input.contents = contents(from.getContents());
        }
    }

    private static ContentsMessage contents(InferTensorContents from) {
        ContentsMessage contents = new ContentsMessage();
        from.getBoolContentsList().forEach(each -> contents.at(DataType.BOOL).addByte((byte) (each ? 1 : 0)));
        from.getIntContentsList().forEach(each -> contents.at(DataType.INT32).addInt(each));
        from.getInt64ContentsList().forEach(each -> contents.at(DataType.INT64).addLong(each));
        from.getUintContentsList().forEach(each -> contents.at(DataType.UINT32).addInt(each));
        from.getUint64ContentsList()
                .forEach(each -> contents.at(DataType.UINT64).addLong(each));
        for (int i = 0; i < from.getFp32ContentsCount(); i++) {
            contents.at(DataType.FP32).addInt(Float.floatToRawIntBits(from.getFp32Contents(i)));
        }
        for (int i = 0; i < from.getFp64ContentsCount(); i++) {
            contents.at(DataType.FP64).addLong(Double.doubleToRawLongBits(from.getFp64Contents(i)));
        }
        from.getBytesContentsList().forEach(each -> add(contents.at(DataType.BYTES), each.toByteArray()));
        return contents;
    }

    /** Through a reader, the only way in for an element of any length. */
    private static void add(ElementList list, byte[] element) {
        byte[] field = new byte[WireWriter.varintSize(element.length) + element.length];
        WireWriter out = new WireWriter(field);
        out.varint(element.length);
        System.arraycopy(element, 0, field, out.position(), element.length);
        try {
            list.addBytes(new WireReader(Pieces.of(ByteBuffer.wrap(field))));
        } catch (WireException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Parameter> parameters(Map<String, InferParameter> from) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        from.forEach((key, value) -> parameters.put(key, parameter(value)));
        return parameters;
    }

    private static Parameter parameter(InferParameter from) {
        return switch (from.getParameterChoiceCase()) {
            case BOOL_PARAM -> new Parameter(Choice.BOOL, from.getBoolParam());
            case INT64_PARAM -> new Parameter(Choice.INT64, from.getInt64Param());
            case STRING_PARAM -> new Parameter(Choice.STRING, from.getStringParam());
            case DOUBLE_PARAM -> new Parameter(Choice.DOUBLE, from.getDoubleParam());
            case UINT64_PARAM -> new Parameter(Choice.UINT64, from.getUint64Param());
            case PARAMETERCHOICE_NOT_SET -> Parameter.UNSET;
        };
    }
}
