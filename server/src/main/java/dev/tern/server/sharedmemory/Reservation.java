package dev.tern.server.sharedmemory;

import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tensor.Payload;

/** A place that an output is to be put into; keeps the region open until it is released. */
public final class Reservation {
    private final Region region;
    private final Place place;

    /** Takes one reference to {@code region} over. */
    Reservation(Region region, Place place) {
        this.region = region;
        this.place = place;
    }

    public Place place() {
        return place;
    }

    /** Puts the bytes of {@code output} there, if there is room for all of them. */
    public void write(String output, Payload data) throws RegionException {
        if (data.size() > place.byteSize()) {
            throw new RegionException(
                    Kind.INTERNAL,
                    "shared memory size specified with the request for output '" + output + "' (" + place.byteSize()
                            + " bytes) should be at least " + data.size() + " bytes to hold the results");
        }
        region.write(place.offset(), data);
    }

    /** Lets the region go; once. */
    public void release() {
        region.release();
    }
}
