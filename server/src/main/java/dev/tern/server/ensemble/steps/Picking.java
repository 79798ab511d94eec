package dev.tern.server.ensemble.steps;

import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Takes single elements out of tensors. */
final class Picking {
    private Picking() {}

    /** The elements at {@code places}, in that order. */
    static Payload pick(Tensor from, int[] places) {
        return from.type().hasFixedSize()
                ? fixed(littleEndian(from.data()), from.type().elementSize(), places)
                : texts(BytesElements.read(from.data(), from.shape().elements()).elements(), places);
    }

    private static Payload fixed(ByteBuffer all, int size, int[] places) {
        ByteBuffer picked = ByteBuffer.allocate(Math.multiplyExact(places.length, size));
        for (int place : places) {
            picked.put(all.slice(place * size, size));
        }
        return HeapPayload.wrap(picked.array());
    }

    private static Payload texts(List<ByteBuffer> all, int[] places) {
        List<byte[]> picked = new ArrayList<>(places.length);
        for (int place : places) {
            byte[] element = new byte[all.get(place).remaining()];
            all.get(place).duplicate().get(element);
            picked.add(element);
        }
        return HeapPayload.wrap(BytesElements.write(picked));
    }

    /** A copy of the bytes. */
    static ByteBuffer littleEndian(Payload data) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(data.size()));
        data.copyTo(0, bytes);
        return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }
}
