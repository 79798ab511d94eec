package dev.tern.server.boot.caches;

import com.google.protobuf.CodedOutputStream;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.repository.config.ParameterKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * What of a model's configuration its answers may depend on: all but its name and what only says when, where and how
 * often it runs. What may be either stays in: that costs kept answers, the other way would cost right ones.
 */
final class AnsweringConfig {
    private static final Set<String> SCHEDULING = Set.of(
            ParameterKeys.BATCHING_MODE,
            ParameterKeys.BATCHING_LATENCY_OBJECTIVE_MS,
            ParameterKeys.BATCHING_LATENCY_PERCENTILE,
            ParameterKeys.MAX_EXECUTION_MS);

    private AnsweringConfig() {}

    /** The same for configurations that are equal in it, in every process: maps have no order of their own. */
    static byte[] bytes(ModelConfig effective) {
        ModelConfig answering = of(effective);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(answering.getSerializedSize());
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            answering.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes any bytes", e);
        }
        return bytes.toByteArray();
    }

    private static ModelConfig of(ModelConfig effective) {
        ModelConfig.Builder answering = effective.toBuilder()
                .clearName()
                .clearVersionPolicy()
                .clearInstanceGroup()
                .clearDynamicBatching()
                .clearModelWarmup()
                .clearResponseCache();
        effective.getParametersMap().keySet().stream()
                .filter(key -> key.startsWith(ParameterKeys.CACHE_PREFIX)
                        || SCHEDULING.contains(key)
                        || ParameterKeys.isOfRouting(key))
                .forEach(answering::removeParameters);
        return answering.build();
    }
}
