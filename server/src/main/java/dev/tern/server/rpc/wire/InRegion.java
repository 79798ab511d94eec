package dev.tern.server.rpc.wire;

import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.server.tensor.Payload;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * In place of an output's bytes that were put into a region of shared memory: none, and where they are instead.
 *
 * @param region its name
 * @param offset of the first byte in the region
 * @param byteSize how many there are
 */
public record InRegion(String region, long offset, long byteSize) implements Payload {
    /** As parameters of the output. */
    InferOutputTensor described() {
        InferOutputTensor.Builder described = InferOutputTensor.newBuilder()
                .putParameters(
                        "shared_memory_region",
                        InferParameter.newBuilder().setStringParam(region).build())
                .putParameters("shared_memory_byte_size", number(byteSize));
        if (offset > 0) {
            described.putParameters("shared_memory_offset", number(offset));
        }
        return described.build();
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public void copyTo(long from, ByteBuffer dst) {
        Objects.checkFromIndexSize(from, dst.remaining(), 0L);
    }

    @Override
    public Payload onHeap() {
        return this;
    }

    @Override
    public Payload retain() {
        return this;
    }

    @Override
    public void release() {}
}
