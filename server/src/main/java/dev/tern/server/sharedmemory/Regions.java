package dev.tern.server.sharedmemory;

import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.UnreadableException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The regions that clients have registered, by name: one namespace for all clients. Any thread. */
public final class Regions implements AutoCloseable {
    /** Each is an open file; beyond, the process might run out of those. */
    static final int MAX_REGIONS = 1024;

    /** What a name is kept for may be a client that never unregisters it. */
    static final int MAX_NAME_LENGTH = 1024;

    private final @Nullable SharedDirectory directory;
    private final Map<String, Region> byName = new ConcurrentHashMap<>();
    private final long maxRequestBytes;
    private final AtomicLong copyBytesLeft;

    /**
     * @param directory where the files are; empty if clients may register none
     * @param maxRequestBytes what one request may have in inputs there
     * @param copyBytes what requests may keep in copies, all of them together
     */
    public Regions(Optional<Path> directory, int maxRequestBytes, long copyBytes) {
        this.directory = directory.isPresent() ? new SharedDirectory(directory.get()) : null;
        this.maxRequestBytes = maxRequestBytes;
        this.copyBytesLeft = new AtomicLong(copyBytes);
    }

    /** Files of this process's regions that are open, for leak checks: those of regions, and those that requests still use. */
    public static long openFiles() {
        return Region.open();
    }

    /** Whether clients may register regions. */
    public boolean areAllowed() {
        return directory != null;
    }

    /** What one request may have in inputs there. */
    public long maxRequestBytes() {
        return maxRequestBytes;
    }

    /**
     * Names {@code byteSize} bytes from {@code offset} of the file {@code key}, both as unsigned numbers.
     *
     * @return false if there is a region of that name
     */
    public synchronized boolean register(String name, String key, long offset, long byteSize) throws RegionException {
        if (directory == null) {
            throw new RegionException(Kind.UNIMPLEMENTED, "shared memory is not allowed here");
        }
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new RegionException(
                    Kind.INVALID_ARGUMENT,
                    "the name of a shared memory region must have 1 to " + MAX_NAME_LENGTH + " characters");
        }
        if (byName.containsKey(name)) {
            return false;
        }
        if (byName.size() == MAX_REGIONS) {
            throw new RegionException(
                    Kind.RESOURCE_EXHAUSTED,
                    "there are " + MAX_REGIONS + " shared memory regions, as many as may be registered");
        }
        FileChannel file = directory.open(key);
        Region region = new Region(new RegionStatus(name, key, offset, byteSize), file);
        if (!region.isInFile()) {
            region.release();
            throw new RegionException(
                    Kind.INVALID_ARGUMENT, "failed to register shared memory region '" + name + "': invalid args");
        }
        byName.put(name, region);
        return true;
    }

    /** Forgets the region {@code name}, if there is one; requests under way still use it. */
    public synchronized void unregister(String name) {
        Region region = byName.remove(name);
        if (region != null) {
            region.release();
        }
    }

    /** Forgets all regions. */
    public synchronized void unregisterAll() {
        List.copyOf(byName.keySet()).forEach(this::unregister);
    }

    /** The region {@code name}; empty if there is none. */
    public Optional<RegionStatus> status(String name) {
        return Optional.ofNullable(byName.get(name)).map(Region::status);
    }

    /** All regions, in the order of their names. */
    public List<RegionStatus> statuses() {
        return byName.values().stream()
                .map(Region::status)
                .sorted(Comparator.comparing(RegionStatus::name))
                .toList();
    }

    /**
     * The bytes at {@code place}, with one reference; no more than {@link #maxRequestBytes}.
     *
     * @param readOnce whether they are read only once, by what uses them: then that reads them where they are, when it does,
     *     and may find that it cannot ({@link UnreadableException}). Else they are copied now, and change no more
     */
    public Payload input(Place place, boolean readOnce) throws RegionException {
        Region region = acquire(place);
        if (readOnce) {
            return new RegionPayload(region, place.offset(), place.byteSize());
        }
        try {
            return copy(region, place);
        } finally {
            region.release();
        }
    }

    /** Holds {@code place} for an output; to be released once. */
    public Reservation output(Place place) throws RegionException {
        return new Reservation(acquire(place), place);
    }

    private Region acquire(Place place) throws RegionException {
        Region region = byName.get(place.region());
        if (region == null || !region.retain()) {
            throw new RegionException(Kind.NOT_FOUND, "Unable to find shared memory region: '" + place.region() + "'");
        }
        try {
            region.check(place);
        } catch (RegionException e) {
            region.release();
            throw e;
        }
        return region;
    }

    private Payload copy(Region region, Place place) throws RegionException {
        long size = place.byteSize();
        if (copyBytesLeft.addAndGet(-size) < 0) {
            copyBytesLeft.addAndGet(size);
            throw new RegionException(
                    Kind.RESOURCE_EXHAUSTED,
                    "requests under way keep as many bytes of shared memory in copies as they may");
        }
        boolean copied = false;
        try {
            byte[] bytes = new byte[Math.toIntExact(size)];
            region.read(place.offset(), ByteBuffer.wrap(bytes));
            copied = true;
            return new CopiedPayload(bytes, () -> copyBytesLeft.addAndGet(size));
        } catch (UnreadableException e) {
            throw new RegionException(Kind.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
        } finally {
            if (!copied) {
                copyBytesLeft.addAndGet(size);
            }
        }
    }

    /** What may be kept in copies. */
    long copyBytesLeft() {
        return copyBytesLeft.get();
    }

    /** Forgets all regions: their files are closed when no request uses them. */
    @Override
    public void close() {
        unregisterAll();
    }
}
