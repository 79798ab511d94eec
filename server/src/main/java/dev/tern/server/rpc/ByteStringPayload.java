package dev.tern.server.rpc;

import com.google.protobuf.ByteString;
import dev.tern.server.tensor.Payload;
import java.nio.ByteBuffer;

/** Tensor bytes inside a decoded protobuf message; the garbage collector frees them. */
record ByteStringPayload(ByteString bytes) implements Payload {
    @Override
    public long size() {
        return bytes.size();
    }

    @Override
    public void copyTo(long from, ByteBuffer dst) {
        int end = Math.addExact(Math.toIntExact(from), dst.remaining());
        ByteString part = from == 0 && end == bytes.size() ? bytes : bytes.substring((int) from, end);
        part.copyTo(dst);
    }

    @Override
    public Payload retain() {
        return this;
    }

    @Override
    public void release() {}
}
