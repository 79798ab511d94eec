package dev.tern.server.sharedmemory;

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

    /** Puts the bytes of {@code data} there, which are no more than the place has. */
    public void write(Payload data) throws RegionException {
        if (data.size() > place.byteSize()) {
            throw new IllegalArgumentException(data.size() + " bytes for a place of " + place.byteSize());
        }
        region.write(place.offset(), data);
    }

    /** Lets the region go; once. */
    public void release() {
        region.release();
    }
}
