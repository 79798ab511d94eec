package dev.tern.server.rpc.wire;

import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.predict.Origin;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The parameter of an answer that says where it comes from; there is none where no cache was asked. */
public final class CacheParameter {
    /** As the request's, which says where it may come from. */
    public static final String NAME = "tern_cache";

    private static final Map<Origin, byte[]> FIELDS = new EnumMap<>(Origin.class);

    static {
        for (Origin each : Origin.values()) {
            FIELDS.put(each, encoded(each));
        }
    }

    private CacheParameter() {}

    /** Its value; empty for none. */
    public static String text(Origin origin) {
        return switch (origin) {
            case MODEL -> "";
            case MISS -> "miss";
            case BYPASS -> "bypass";
            case L1 -> "l1";
            case L2 -> "l2";
            case COALESCED -> "coalesced";
        };
    }

    /** The answer's field; no bytes for none. Must not be changed. */
    static byte[] field(Origin origin) {
        return Objects.requireNonNull(FIELDS.get(origin));
    }

    private static byte[] encoded(Origin origin) {
        String text = text(origin);
        if (text.isEmpty()) {
            return new byte[0];
        }
        InferParameter value = InferParameter.newBuilder().setStringParam(text).build();
        return ModelInferResponse.newBuilder()
                .putParameters(NAME, value)
                .build()
                .toByteArray();
    }
}
