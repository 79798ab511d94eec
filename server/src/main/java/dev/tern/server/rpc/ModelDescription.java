package dev.tern.server.rpc;

import dev.tern.proto.inference.DataType;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelMetadataResponse.TensorMetadata;
import dev.tern.proto.inference.ModelOutput;
import java.util.List;

/** Words a model's metadata from its configuration. */
final class ModelDescription {
    private static final String CONFIG_PREFIX = "TYPE_";

    private ModelDescription() {}

    static ModelMetadataResponse metadata(ModelConfig config, List<Long> versions) {
        ModelMetadataResponse.Builder metadata = ModelMetadataResponse.newBuilder()
                .setName(config.getName())
                .setPlatform(config.getPlatform().isEmpty() ? config.getBackend() : config.getPlatform());
        versions.forEach(version -> metadata.addVersions(Long.toString(version)));
        for (ModelInput input : config.getInputList()) {
            metadata.addInputs(tensor(config, input.getName(), input.getDataType(), input.getDimsList()));
        }
        for (ModelOutput output : config.getOutputList()) {
            metadata.addOutputs(tensor(config, output.getName(), output.getDataType(), output.getDimsList()));
        }
        return metadata.build();
    }

    /** The wire's name of a configuration's type: BYTES is spelled TYPE_STRING there, the others TYPE_ and their name. */
    static String wireName(DataType type) {
        return type == DataType.TYPE_STRING ? "BYTES" : type.name().substring(CONFIG_PREFIX.length());
    }

    private static TensorMetadata tensor(ModelConfig config, String name, DataType type, List<Long> dims) {
        TensorMetadata.Builder tensor =
                TensorMetadata.newBuilder().setName(name).setDatatype(wireName(type));
        if (config.getMaxBatchSize() > 0) {
            tensor.addShape(-1);
        }
        return tensor.addAllShape(dims).build();
    }
}
