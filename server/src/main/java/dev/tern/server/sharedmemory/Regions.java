package dev.tern.server.sharedmemory;

import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.UnreadableException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The regions that clients have registered, by name: one namespace for all clients. Any thread. */
public final class Regions implements AutoCloseable {
    /** Each is an open file, until the last request is over that uses it; beyond, the process might run out of those. */
    static final int MAX_REGIONS = 1024;

    /** All regions' statuses fit into one message of the size that clients take by default. */
    static final int MAX_NAME_LENGTH = 255;

    private final @Nullable SharedDirectory directory;
    private final Map<String, Region> byName = new ConcurrentHashMap<>();
    private final long maxRequestBytes;
    private final AtomicLong copyBytesLeft;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean closed;

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
     * Names {@code byteSize} bytes from {@code offset} of the file {@code key}, both as unsigned numbers. May wait for other
     * processes: {@link SharedDirectory#open}.
     *
     * @return false if there is a region of that name
     */
    public boolean register(String name, String key, long offset, long byteSize) throws RegionException {
        if (directory == null) {
            throw new RegionException(Kind.UNIMPLEMENTED, "shared memory is not allowed here");
        }
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw RegionException.invalid(
                    "the name of a shared memory region must have 1 to " + MAX_NAME_LENGTH + " characters");
        }
        if (byName.containsKey(name)) {
            return false;
        }
        Region region = open(directory, new RegionStatus(name, key, offset, byteSize));
        if (!region.isInFile()) {
            region.release();
            throw RegionException.invalid("failed to register shared memory region '" + name + "': invalid args");
        }
        if (byName.putIfAbsent(name, region) != null) {
            region.release();
            return false;
        }
        if (closed) {
            unregister(name);
        }
        return true;
    }

    private Region open(SharedDirectory from, RegionStatus status) throws RegionException {
        if (open.incrementAndGet() > MAX_REGIONS) {
            open.decrementAndGet();
            throw new RegionException(
                    Kind.RESOURCE_EXHAUSTED,
                    "there are " + MAX_REGIONS
                            + " shared memory regions, registered or still used by requests, as many as there may be");
        }
        FileChannel file = null;
        try {
            file = from.open(status.key());
        } finally {
            if (file == null) {
                open.decrementAndGet();
            }
        }
        return new Region(status, file, open::decrementAndGet);
    }

    /** Forgets the region {@code name}, if there is one; requests under way still use it. */
    public void unregister(String name) {
        Region region = byName.remove(name);
        if (region != null) {
            region.release();
        }
    }

    /** Forgets all regions. */
    public void unregisterAll() {
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
     * The bytes at {@code place}, with one reference: read where they are each time, by who uses them, who may find that he
     * cannot ({@link UnreadableException}).
     */
    public Payload input(Place place) throws RegionException {
        return new RegionPayload(acquire(place), place.offset(), place.byteSize());
    }

    /**
     * What {@code input} is now, which changes no more. Its size is to be {@linkplain #giveBack given back} when the request
     * is over.
     */
    public Payload copyOf(Payload input) throws RegionException {
        long size = input.size();
        if (copyBytesLeft.addAndGet(-size) < 0) {
            giveBack(size);
            throw new RegionException(
                    Kind.RESOURCE_EXHAUSTED,
                    "requests under way keep as many bytes of shared memory in copies as they may");
        }
        boolean copied = false;
        try {
            Payload copy = input.onHeap();
            copied = true;
            return copy;
        } catch (UnreadableException e) {
            throw RegionException.invalid(String.valueOf(e.getMessage()));
        } finally {
            if (!copied) {
                giveBack(size);
            }
        }
    }

    /** A request is over that had copies of {@code bytes} made. */
    public void giveBack(long bytes) {
        copyBytesLeft.addAndGet(bytes);
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

    /** What may be kept in copies. */
    long copyBytesLeft() {
        return copyBytesLeft.get();
    }

    /** Forgets all regions, and those that are being registered: their files are closed when no request uses them. */
    @Override
    public void close() {
        closed = true;
        unregisterAll();
    }
}
