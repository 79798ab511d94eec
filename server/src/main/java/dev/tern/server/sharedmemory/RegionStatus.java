package dev.tern.server.sharedmemory;

/**
 * A registered region, as its client described it.
 *
 * @param key the file's name in the shared memory directory, as it was given
 * @param offset of the region's first byte in the file
 * @param byteSize its length
 */
public record RegionStatus(String name, String key, long offset, long byteSize) {}
