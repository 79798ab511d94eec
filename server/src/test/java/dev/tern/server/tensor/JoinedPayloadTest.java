package dev.tern.server.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.engine.Slab;
import dev.tern.server.testing.NoLeaks;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JoinedPayloadTest {
    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @Test
    void anyRangeIsThatOfThePartsTogether() {
        Payload joined = JoinedPayload.of(List.of(heap(), heap(0, 1, 2), heap(3), heap(), heap(4, 5)));
        assertThat(joined.size()).isEqualTo(6);
        for (int from = 0; from <= 6; from++) {
            for (int to = from; to <= 6; to++) {
                ByteBuffer dst = ByteBuffer.allocate(to - from + 2).position(1).limit(to - from + 1);
                joined.copyTo(from, dst);
                assertThat(dst.remaining()).isZero();
                for (int i = from; i < to; i++) {
                    assertThat(dst.get(1 + i - from))
                            .as("[%d, %d) at %d", from, to, i)
                            .isEqualTo((byte) i);
                }
            }
        }
    }

    @Test
    void hasNoBytesBeyondItsParts() {
        Payload joined = JoinedPayload.of(List.of(heap(1), heap(2)));
        assertThatThrownBy(() -> joined.copyTo(1, ByteBuffer.allocate(2)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(JoinedPayload.of(List.of()).size()).isZero();
    }

    @Test
    void holdsAndGivesBackEveryPart() {
        long before = Slab.live();
        Payload joined = JoinedPayload.of(List.of(slab(), slab()));
        joined.retain();
        joined.release();
        assertThat(Slab.live()).isEqualTo(before + 2);
        joined.release();
        assertThat(Slab.live()).isEqualTo(before);
    }

    private static Payload slab() {
        Slab slab = Slab.wrap(new byte[1]);
        Payload slice = slab.slice(0, 1);
        slab.release();
        return slice;
    }

    private static Payload heap(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return HeapPayload.wrap(bytes);
    }
}
