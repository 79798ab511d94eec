package dev.tern.server.rpc.wire;

import com.google.protobuf.WireFormat;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;

/** Reads a ModelInferRequest, field by field, as protobuf's generated code does: the last of a single field counts. */
final class InferMessageReader {
    private static final int DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final int MODEL_NAME = (ModelInferRequest.MODEL_NAME_FIELD_NUMBER << 3) | DELIMITED;
    private static final int MODEL_VERSION = (ModelInferRequest.MODEL_VERSION_FIELD_NUMBER << 3) | DELIMITED;
    private static final int ID = (ModelInferRequest.ID_FIELD_NUMBER << 3) | DELIMITED;
    private static final int PARAMETERS = (ModelInferRequest.PARAMETERS_FIELD_NUMBER << 3) | DELIMITED;
    private static final int INPUTS = (ModelInferRequest.INPUTS_FIELD_NUMBER << 3) | DELIMITED;
    private static final int OUTPUTS = (ModelInferRequest.OUTPUTS_FIELD_NUMBER << 3) | DELIMITED;
    private static final int RAW = (ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER << 3) | DELIMITED;

    private static final int INPUT_NAME = (InferInputTensor.NAME_FIELD_NUMBER << 3) | DELIMITED;
    private static final int INPUT_DATATYPE = (InferInputTensor.DATATYPE_FIELD_NUMBER << 3) | DELIMITED;
    private static final int INPUT_SHAPE = (InferInputTensor.SHAPE_FIELD_NUMBER << 3) | WireFormat.WIRETYPE_VARINT;
    private static final int INPUT_SHAPE_PACKED = (InferInputTensor.SHAPE_FIELD_NUMBER << 3) | DELIMITED;
    private static final int INPUT_PARAMETERS = (InferInputTensor.PARAMETERS_FIELD_NUMBER << 3) | DELIMITED;
    private static final int INPUT_CONTENTS = (InferInputTensor.CONTENTS_FIELD_NUMBER << 3) | DELIMITED;

    private static final int OUTPUT_NAME = (InferRequestedOutputTensor.NAME_FIELD_NUMBER << 3) | DELIMITED;
    private static final int OUTPUT_PARAMETERS = (InferRequestedOutputTensor.PARAMETERS_FIELD_NUMBER << 3) | DELIMITED;

    private InferMessageReader() {}

    static InferMessage read(WireReader in, Names names) throws WireException {
        InferMessage message = new InferMessage();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case MODEL_NAME -> message.modelName = in.name(names);
                case MODEL_VERSION -> message.modelVersion = in.name(names);
                case ID -> message.id = in.text();
                case PARAMETERS -> message.parameters = ParameterReader.readEntry(in, message.parameters);
                case INPUTS -> readInput(in, names, message.addInput());
                case OUTPUTS -> readOutput(in, names, message.addOutput());
                case RAW -> {
                    int length = in.length();
                    message.addRaw(in.take(length), length);
                }
                default -> in.skip(tag);
            }
        }
        return message;
    }

    private static void readInput(WireReader in, Names names, InputMessage input) throws WireException {
        int outer = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case INPUT_NAME -> input.name = in.name(names);
                case INPUT_DATATYPE -> input.datatype = in.name(names);
                case INPUT_SHAPE -> input.addDim(in.varint());
                case INPUT_SHAPE_PACKED -> readDims(in, input);
                case INPUT_PARAMETERS -> input.parameters = ParameterReader.readEntry(in, input.parameters);
                case INPUT_CONTENTS -> readContents(in, input);
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
    }

    private static void readDims(WireReader in, InputMessage input) throws WireException {
        int outer = in.narrow(in.length());
        input.reserveDims(in.countVarints());
        while (in.hasMore()) {
            input.addDim(in.varint());
        }
        in.widen(outer);
    }

    /** Contents may come in parts. */
    private static void readContents(WireReader in, InputMessage input) throws WireException {
        ContentsMessage contents = input.contents == null ? new ContentsMessage() : input.contents;
        input.contents = contents;
        ContentsReader.read(in, contents);
    }

    private static void readOutput(WireReader in, Names names, OutputMessage output) throws WireException {
        int outer = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case OUTPUT_NAME -> output.name = in.name(names);
                case OUTPUT_PARAMETERS -> output.parameters = ParameterReader.readEntry(in, output.parameters);
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
    }
}
