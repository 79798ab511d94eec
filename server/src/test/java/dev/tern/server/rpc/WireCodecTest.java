package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.server.rpc.wire.InferMessage;
import dev.tern.server.tensor.Payload;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a request's bytes are while it waits, and that its memory is given back exactly once. */
class WireCodecTest {
    private static final int LARGE = WireCodec.COPIED_BYTES + 1;
    private static final long PLENTY = 1 << 30;

    private final KeepBudget budget = new KeepBudget(PLENTY);
    private final WireCodec codec = new WireCodec(budget);

    private static PieceStream message(int pieceBytes, int... contents) {
        ModelInferRequest.Builder message = Requests.to("m");
        for (int i = 0; i < contents.length; i++) {
            message.addRawInputContents(contents(i, contents[i]));
        }
        return new PieceStream(message.build().toByteArray(), pieceBytes);
    }

    private static ByteString contents(int index, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (31 * i + index);
        }
        return ByteString.copyFrom(bytes);
    }

    private InferMessage read(InputStream in) {
        return Objects.requireNonNull(codec.read(in));
    }

    private static ByteString bytes(Payload data) {
        ByteBuffer bytes = ByteBuffer.allocate((int) data.size());
        data.copyTo(0, bytes);
        return ByteString.copyFrom(bytes.flip());
    }

    @Test
    void smallContentsAreCopied() {
        PieceStream in = message(10, 100, WireCodec.COPIED_BYTES - 100);
        InferMessage message = read(in);
        in.close();
        assertThat(in.detached()).isNull();
        assertThat(budget.left()).isEqualTo(PLENTY);
        assertThat(bytes(message.raw(0))).isEqualTo(contents(0, 100));
        assertThat(bytes(message.raw(1))).isEqualTo(contents(1, WireCodec.COPIED_BYTES - 100));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 1 << 20})
    void largeContentsStayWhereTheyAreUntilTheLastPayloadIsReleased(int pieceBytes) {
        PieceStream in = message(pieceBytes, LARGE, 3);
        InferMessage message = read(in);
        in.close();
        PieceStream kept = Objects.requireNonNull(in.detached());
        Payload first = message.raw(0);
        Payload second = message.raw(1);
        message.handOver(2);
        message.release();
        assertThat(bytes(first)).isEqualTo(contents(0, LARGE));
        assertThat(bytes(second)).isEqualTo(contents(1, 3));
        first.release();
        assertThat(kept.closed()).isZero();
        assertThat(budget.left()).isLessThan(PLENTY - LARGE);
        second.retain();
        second.release();
        assertThat(bytes(second)).isEqualTo(contents(1, 3));
        second.release();
        assertThat(kept.closed()).isEqualTo(1);
        assertThat(budget.left()).isEqualTo(PLENTY);
    }

    @Test
    void anyRangeCanBeRead() {
        InferMessage message = read(message(7, LARGE));
        Payload data = message.raw(0);
        ByteString whole = contents(0, LARGE);
        for (int from = 0; from <= LARGE; from += 5) {
            ByteBuffer dst =
                    ByteBuffer.allocateDirect(Math.min(13, LARGE - from) + 2).position(2);
            data.copyTo(from, dst);
            assertThat(dst.hasRemaining()).isFalse();
            assertThat(ByteString.copyFrom(dst.flip().position(2)))
                    .isEqualTo(whole.substring(from, Math.min(LARGE, from + 13)));
        }
        assertThatThrownBy(() -> data.copyTo(LARGE, ByteBuffer.allocate(1)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void whatIsReadOrReleasedTooLateIsADefect() {
        InferMessage message = read(message(1 << 20, LARGE));
        Payload data = message.raw(0);
        message.handOver(1);
        data.release();
        assertThatThrownBy(() -> data.copyTo(0, ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(data::retain).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(data::release).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aMessageThatIsNotHandedOverIsGivenBackOnce() {
        PieceStream in = message(100, LARGE);
        InferMessage message = read(in);
        PieceStream kept = Objects.requireNonNull(in.detached());
        message.release();
        message.release();
        assertThat(kept.closed()).isEqualTo(1);
        PieceStream other = message(100, LARGE);
        read(other).handOver(0);
        assertThat(Objects.requireNonNull(other.detached()).closed()).isEqualTo(1);
        assertThat(budget.left()).isEqualTo(PLENTY);
    }

    @Test
    void beyondTheBudgetContentsAreCopied() {
        WireCodec poor = new WireCodec(new KeepBudget(KeepBudget.charge(2 * LARGE, 15)));
        PieceStream first = message(100, LARGE);
        InferMessage kept = Objects.requireNonNull(poor.read(first));
        assertThat(first.detached()).isNotNull();
        PieceStream second = message(100, LARGE);
        InferMessage copied = Objects.requireNonNull(poor.read(second));
        second.close();
        assertThat(second.detached()).isNull();
        assertThat(bytes(copied.raw(0))).isEqualTo(contents(0, LARGE));
        kept.release();
        PieceStream third = message(100, LARGE);
        assertThat(poor.read(third)).isNotNull();
        assertThat(third.detached()).isNotNull();
    }

    @Test
    void whatIsChargedIsWhatMayBeHeld() {
        int receiveBuffer = 64 << 10;
        assertThat(KeepBudget.charge(600, 1)).isEqualTo(600 + receiveBuffer);
        assertThat(KeepBudget.charge(1 << 20, 65))
                .as("full frames and what is left")
                .isEqualTo((1 << 20) + receiveBuffer);
        assertThat(KeepBudget.charge(600, 600)).as("a frame for each byte").isEqualTo(600 + 600 * receiveBuffer);
    }

    @Test
    void aStreamThatCanBeReadOnlyIsRead() {
        InferMessage message = read(message(10, LARGE).withoutByteBuffers());
        assertThat(bytes(message.raw(0))).isEqualTo(contents(0, LARGE));
        byte[] bytes =
                Requests.to("m").addRawInputContents(contents(0, LARGE)).build().toByteArray();
        assertThat(bytes(read(new ByteArrayInputStream(bytes)).raw(0))).isEqualTo(contents(0, LARGE));
        assertThat(read(new PieceStream(new byte[0], 1)).modelName()).isEmpty();
    }

    /** As when gRPC has joined small pieces: the message's size is no measure of the garbage it makes. */
    @Test
    void aLargeMessageWithoutAViewIsReadIntoMemoryThatIsUsedAgain() {
        int length = 1 << 20;
        byte[] bytes = Requests.to("m")
                .addRawInputContents(contents(0, length))
                .build()
                .toByteArray();
        List<PieceStream> streams = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            streams.add(new PieceStream(bytes, 1 << 14).withoutByteBuffers());
        }
        readAndRelease(streams.remove(0), length);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        streams.forEach(in -> readAndRelease(in, length));
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(allocated / streams.size()).isLessThan(length / 10);
    }

    private void readAndRelease(PieceStream in, int length) {
        InferMessage message = read(in);
        in.close();
        Payload data = message.raw(0);
        message.handOver(1);
        ByteBuffer last = ByteBuffer.allocate(1);
        data.copyTo(length - 1, last);
        assertThat(last.get(0)).isEqualTo((byte) (31 * (length - 1)));
        data.release();
    }

    @Test
    void whatIsNoMessageIsLeftToItsStream() {
        PieceStream in = new PieceStream(new byte[] {0x2a, 0x7f}, 1);
        assertThat(codec.read(in)).isNull();
        assertThat(in.detached()).isNull();
        assertThat(codec.read(new ByteArrayInputStream(new byte[] {0x2a, 0x7f})))
                .isNull();
        assertThat(budget.left()).isEqualTo(PLENTY);
    }
}
