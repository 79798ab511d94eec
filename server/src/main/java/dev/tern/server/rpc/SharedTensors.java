package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.rpc.wire.OutputMessage;
import dev.tern.server.rpc.wire.Parameter;
import dev.tern.server.rpc.wire.Parameter.Choice;
import dev.tern.server.sharedmemory.Place;
import dev.tern.server.sharedmemory.RegionException;
import dev.tern.server.sharedmemory.Regions;
import dev.tern.server.sharedmemory.Reservation;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one request has in shared memory: inputs that lie there, and outputs that are to be put there. */
final class SharedTensors {
    static final String REGION = "shared_memory_region";
    static final String OFFSET = "shared_memory_offset";
    static final String BYTE_SIZE = "shared_memory_byte_size";

    private final Regions regions;
    private final boolean readOnce;
    private final List<Payload> inputs = new ArrayList<>(2);
    private final Map<String, Reservation> outputs = new LinkedHashMap<>();
    private long inputBytes;
    private long copiedBytes;

    /** @param readOnce whether inputs that are no texts are read but once, by the run */
    SharedTensors(Regions regions, boolean readOnce) {
        this.regions = regions;
        this.readOnce = readOnce;
    }

    /** Where the parameters of the tensor {@code name} say that it is; null if that is not shared memory. */
    static @Nullable Place place(String name, Map<String, Parameter> parameters) throws Malformed {
        Parameter region = parameters.get(REGION);
        Parameter offset = parameters.get(OFFSET);
        Parameter byteSize = parameters.get(BYTE_SIZE);
        if (region == null) {
            if (offset != null || byteSize != null) {
                throw Malformed.invalid("'" + (offset == null ? BYTE_SIZE : OFFSET) + "' can not be specified without '"
                        + REGION + "' parameter for tensor '" + name + "'");
            }
            return null;
        }
        String named = (String) value(name, REGION, region, Choice.STRING, "string_param");
        long from = offset == null ? 0 : (Long) value(name, OFFSET, offset, Choice.INT64, "int64_param");
        if (byteSize == null) {
            throw Malformed.invalid("'" + BYTE_SIZE + "' must be specified along with '" + REGION
                    + "' parameter for tensor '" + name + "'");
        }
        return new Place(named, from, (Long) value(name, BYTE_SIZE, byteSize, Choice.INT64, "int64_param"));
    }

    private static Object value(String tensor, String key, Parameter parameter, Choice choice, String expected)
            throws Malformed {
        if (parameter.choice() != choice) {
            throw Malformed.invalid("invalid value type for '" + key + "' parameter for tensor '" + tensor
                    + "', expected " + expected + ".");
        }
        return parameter.value();
    }

    /**
     * The bytes of an input of {@code type} at {@code place}.
     *
     * @param fits whether the model may take the input, as far as its declaration says; else nothing is copied for it
     */
    Payload input(DataType type, Place place, boolean fits) throws Malformed {
        try {
            Payload data = regions.input(place);
            inputs.add(data);
            requireRoom(place);
            // Texts are checked before the model is given them, so they must be the same then.
            if (!fits || (readOnce && type.hasFixedSize())) {
                return data;
            }
            Payload copy = regions.copyOf(data);
            copiedBytes += data.size();
            inputs.set(inputs.size() - 1, copy);
            data.release();
            return copy;
        } catch (RegionException e) {
            throw new Malformed(e.failure());
        }
    }

    /** A few bytes of message must not ask for more of the server than a large message may. */
    private void requireRoom(Place place) throws Malformed {
        inputBytes += Math.max(0, Math.min(place.byteSize(), Integer.MAX_VALUE));
        if (inputBytes > regions.maxRequestBytes()) {
            throw new Malformed(Failure.of(
                    Kind.RESOURCE_EXHAUSTED,
                    "the request's inputs in shared memory have more bytes than the " + regions.maxRequestBytes()
                            + " that a message may have"));
        }
    }

    /** Holds {@code place} for {@code output}. */
    void output(OutputMessage output, Place place) throws Malformed {
        try {
            Reservation before = outputs.put(output.name(), regions.output(place));
            if (before != null) {
                // Refused as soon as the request is looked at; until then nothing may be lost.
                before.release();
            }
        } catch (RegionException e) {
            throw new Malformed(e.failure());
        }
    }

    /** Whether inputs that are no texts are read but once. */
    boolean readOnce() {
        return readOnce;
    }

    /** What the request has to give back when it is over, which belongs to the caller from here on. */
    SharedUse use() {
        return new SharedUse(regions, copiedBytes, outputs);
    }

    /** Gives back what was taken for a request that is refused. */
    void release() {
        inputs.forEach(Payload::release);
        use().release();
    }
}
