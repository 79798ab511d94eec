package dev.tern.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.tensor.Payload;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SlabTest {
    private final byte[] bytes = {0, 1, 2, 3, 4, 5, 6, 7};

    @Test
    void livesUntilTheLastSliceIsReleased() {
        long before = Slab.live();
        Slab slab = Slab.wrap(bytes);
        Payload slice = slab.slice(2, 3);
        slab.release();
        assertThat(Slab.live()).isEqualTo(before + 1);

        slice.retain();
        slice.release();
        assertThat(Slab.live()).isEqualTo(before + 1);
        slice.release();
        assertThat(Slab.live()).isEqualTo(before);
    }

    @Test
    void aSliceIsItsPart() {
        Slab slab = Slab.wrap(bytes);
        Payload slice = slab.slice(2, 3);
        byte[] two = new byte[2];
        slice.copyTo(1, ByteBuffer.wrap(two));

        assertThat(slice.size()).isEqualTo(3);
        assertThat(slice.held()).as("it keeps all of it").isEqualTo(bytes.length);
        assertThat(two).containsExactly(3, 4);
        assertThatThrownBy(() -> slice.copyTo(2, ByteBuffer.wrap(two))).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> slab.slice(6, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        slice.release();
        slab.release();
    }

    @Test
    void oneReleaseTooManyIsADefect() {
        Slab slab = Slab.wrap(bytes);
        slab.release();

        assertThatThrownBy(slab::release).hasMessage("slab released more often than retained");
        assertThatThrownBy(() -> slab.slice(0, 1)).hasMessage("slab retained after its last release");
    }
}
