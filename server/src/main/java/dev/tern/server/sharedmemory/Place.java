package dev.tern.server.sharedmemory;

/**
 * Where a tensor is, or is to be, in a region.
 *
 * @param region the region's name
 * @param offset of its first byte from the region's
 * @param byteSize how many bytes there are for it
 */
public record Place(String region, long offset, long byteSize) {}
