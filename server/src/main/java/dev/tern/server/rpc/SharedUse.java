package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.rpc.wire.InRegion;
import dev.tern.server.sharedmemory.Place;
import dev.tern.server.sharedmemory.RegionException;
import dev.tern.server.sharedmemory.Regions;
import dev.tern.server.sharedmemory.Reservation;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What one request uses of shared memory until it is over; puts its outputs into the places that it has named for them. */
final class SharedUse {
    private final Regions regions;
    private final long copiedBytes;
    private final Map<String, Reservation> places;

    /**
     * Takes {@code places}, by output, over.
     *
     * @param copiedBytes of inputs that {@code regions} made copies of
     */
    SharedUse(Regions regions, long copiedBytes, Map<String, Reservation> places) {
        this.regions = regions;
        this.copiedBytes = copiedBytes;
        this.places = places;
    }

    /** Whether outputs have places. */
    boolean hasOutputs() {
        return !places.isEmpty();
    }

    /**
     * {@code given} with the outputs that have a place put there, and nothing left of them but where they are. Takes the
     * references of {@code given} over, unless it throws; then some may have been put there.
     */
    InferenceResponse write(InferenceResponse given) throws Malformed {
        List<Tensor> outputs = new ArrayList<>(given.outputs().size());
        for (Tensor output : given.outputs()) {
            Reservation place = places.get(output.name());
            outputs.add(place == null ? output : written(output, place));
        }
        for (int i = 0; i < outputs.size(); i++) {
            if (places.containsKey(outputs.get(i).name())) {
                given.outputs().get(i).data().release();
            }
        }
        // Without the memo: what it keeps encoded has the bytes in the message.
        return new InferenceResponse(outputs, given.origin(), null, given.ageNanos());
    }

    private static Tensor written(Tensor output, Reservation reserved) throws Malformed {
        Place place = reserved.place();
        if (output.data().size() > place.byteSize()) {
            // Triton's code, though it is the caller who has been mistaken.
            Failure failure = Failure.of(
                    Kind.INTERNAL,
                    "shared memory size specified with the request for output '" + output.name() + "' ("
                            + place.byteSize() + " bytes) should be at least "
                            + output.data().size() + " bytes to hold the results");
            throw new Malformed(failure, Kind.INVALID_ARGUMENT);
        }
        try {
            reserved.write(output.data());
        } catch (RegionException e) {
            throw new Malformed(e.failure());
        }
        InRegion data =
                new InRegion(place.region(), place.offset(), output.data().size());
        return new Tensor(output.name(), output.type(), output.shape(), data);
    }

    /** Lets the regions go; once. */
    void release() {
        places.values().forEach(Reservation::release);
        regions.giveBack(copiedBytes);
    }
}
