package dev.tern.server.rpc;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.rpc.wire.InRegion;
import dev.tern.server.sharedmemory.Place;
import dev.tern.server.sharedmemory.RegionException;
import dev.tern.server.sharedmemory.Reservation;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts a request's outputs into the places that it has named for them. */
final class SharedOutputs {
    private final Map<String, Reservation> places;

    /** Takes {@code places}, by output, over. */
    SharedOutputs(Map<String, Reservation> places) {
        this.places = places;
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
        try {
            reserved.write(output.name(), output.data());
        } catch (RegionException e) {
            throw new Malformed(e.failure());
        }
        Place place = reserved.place();
        InRegion data =
                new InRegion(place.region(), place.offset(), output.data().size());
        return new Tensor(output.name(), output.type(), output.shape(), data);
    }

    /** Lets the regions go; once. */
    void release() {
        places.values().forEach(Reservation::release);
    }
}
