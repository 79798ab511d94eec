package dev.tern.server.sharedmemory;

import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.UnreadableException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A place in a region, read each time it is asked for: straight into the reader's buffer, but two readings may differ. Its
 * references are the region's.
 *
 * <p>Each reading may throw an {@link UnreadableException}.
 */
final class RegionPayload implements Payload {
    private final Region region;
    private final long from;
    private final long size;

    RegionPayload(Region region, long from, long size) {
        this.region = region;
        this.from = from;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    /** None of the server's memory. */
    @Override
    public long held() {
        return 0;
    }

    @Override
    public void copyTo(long offset, ByteBuffer dst) {
        Objects.checkFromIndexSize(offset, dst.remaining(), size);
        region.read(from + offset, dst);
    }

    @Override
    public Payload retain() {
        if (!region.retain()) {
            throw new IllegalStateException("a region's bytes retained after their last release");
        }
        return this;
    }

    @Override
    public void release() {
        region.release();
    }
}
