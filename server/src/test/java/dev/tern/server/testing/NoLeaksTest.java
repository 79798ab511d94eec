package dev.tern.server.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.engine.Slab;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The check itself must be able to fail. */
class NoLeaksTest {
    private final NoLeaks noLeaks = new NoLeaks(false, 1);
    private final NoLeaks ofSockets = new NoLeaks(true, 1);

    @Test
    void passesWhenAllIsGivenBack() {
        noLeaks.begin();
        Slab.wrap(new byte[1]).release();
        assertThatCode(noLeaks::check).doesNotThrowAnyException();
    }

    @Test
    void findsSlabThatIsStillHeld() {
        noLeaks.begin();
        Slab held = Slab.wrap(new byte[1]);
        try {
            assertThatThrownBy(noLeaks::check).hasMessageContaining("live slabs");
        } finally {
            held.release();
        }
    }

    @Test
    void findsGaugeThatDoesNotComeBack() {
        AtomicLong permits = new AtomicLong(3);
        noLeaks.begin();
        noLeaks.watch("permits", permits::get);
        permits.decrementAndGet();
        assertThatThrownBy(noLeaks::check).hasMessageContaining("permits");
    }

    @Test
    void findsGrpcBufferThatIsStillHeld() {
        ofSockets.begin();
        ByteBuf held = NettyLeaks.grpcAllocator().directBuffer(100);
        try {
            assertThatThrownBy(ofSockets::check).hasMessageContaining("direct Netty buffers");
        } finally {
            held.release();
        }
    }

    @Test
    void findsWhatNettyReports() {
        ofSockets.begin();
        lose();
        assertThatThrownBy(ofSockets::check).hasMessageContaining("LEAK: ByteBuf.release() was not called");
    }

    @Test
    void passesWhenBuffersAreReleased() {
        ofSockets.begin();
        NettyLeaks.grpcAllocator().directBuffer(100).release();
        assertThatCode(ofSockets::check).doesNotThrowAnyException();
    }

    /** Out of the test's frame, so that no reference is left in it. */
    private static void lose() {
        UnpooledByteBufAllocator.DEFAULT.directBuffer(1).writeByte(1);
    }
}
