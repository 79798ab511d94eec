package dev.tern.server.rpc.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.ThreadMXBean;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.server.testing.SoakLength;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, we read what protobuf reads and refuse what protobuf refuses. */
class SameAsProtobufTest {
    private static final int MESSAGES = 8_000;
    private static final int DAMAGED_PER_MESSAGE = 4;

    /** Bytes of objects that one byte of a message may cost, at the most: an input is announced in two. */
    private static final int ALLOCATED_PER_BYTE = 128;

    private static final int ALLOCATED_ANYWAY = 16 << 10;

    /** Reads of which the first few load classes, which is no message's doing. */
    private static final int UNMEASURED = 2_000;

    private static final List<Object> REFUSED = List.of("refused");

    private final Names names = new Names();
    private final ByteBuffer direct = ByteBuffer.allocateDirect(1 << 20);
    private int reads;
    private int generous;

    @Test
    void randomMessagesAndDamagedOnes() throws IOException {
        compare(1, MESSAGES);
    }

    @Test
    @Tag("soak")
    void manyMore() throws IOException {
        compare(1_000_000, SoakLength.of(1_000_000));
    }

    private void compare(long firstSeed, int messages) throws IOException {
        int read = 0;
        int refused = 0;
        for (long seed = firstSeed; seed < firstSeed + messages; seed++) {
            Random random = new Random(seed);
            byte[] message = new RandomMessages(random).request();
            for (int i = 0; i <= DAMAGED_PER_MESSAGE; i++) {
                byte[] bytes = i == 0 ? message : Mutation.of(message, random);
                boolean same = isReadAlike(bytes, random, "seed " + seed + "." + i);
                read += same ? 1 : 0;
                refused += same ? 0 : 1;
            }
        }
        // If either were rare, little would be proved.
        assertThat(read).as("messages that were read").isGreaterThan(messages);
        assertThat(refused).as("messages that were refused").isGreaterThan(messages / 2);
        assertThat(generous)
                .as("messages that protobuf reads or not by where they are cut")
                .isLessThan(1 + messages / 100);
    }

    /** Whether it is read; fails if protobuf does not do the same. */
    private boolean isReadAlike(byte[] bytes, Random random, String what) throws IOException {
        InferMessage read = ours(bytes, random, what);
        List<Object> described = read == null ? REFUSED : Described.of(read);
        if (!described.equals(protobuf(CodedInputStream.newInstance(bytes)))) {
            // Where protobuf has ten bytes before it, it takes some varints of eleven for two; byte by byte it does
            // not.
            generous++;
            assertThat(described)
                    .as(what + ": " + HexFormat.of().formatHex(bytes))
                    .isEqualTo(protobuf(CodedInputStream.newInstance(new ByteArrayInputStream(bytes), 1)));
        }
        return read != null;
    }

    private static List<Object> protobuf(CodedInputStream in) throws IOException {
        try {
            ModelInferRequest request = ModelInferRequest.parseFrom(in);
            in.checkLastTagWas(0);
            return Described.of(FromProtobuf.message(request));
        } catch (InvalidProtocolBufferException e) {
            return REFUSED;
        }
    }

    private @Nullable InferMessage ours(byte[] bytes, Random random, String what) {
        Pieces pieces = Pieces.of(pieces(bytes, random));
        long before = allocated();
        InferMessage read = null;
        try {
            read = InferMessage.read(pieces, names);
        } catch (WireException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
        long allocated = allocated() - before;
        reads++;
        if (reads > UNMEASURED && allocated > ALLOCATED_ANYWAY + (long) ALLOCATED_PER_BYTE * bytes.length) {
            fail(what + ": " + allocated + " bytes were allocated for a message of " + bytes.length);
        }
        if (read != null) {
            read.copy(pieces);
        }
        return read;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** {@code bytes} as a network may bring them: cut anywhere, in direct and other memory, empty pieces among them. */
    private List<ByteBuffer> pieces(byte[] bytes, Random random) {
        List<ByteBuffer> pieces = new ArrayList<>();
        int longest = random.nextBoolean() ? bytes.length + 1 : 1 + random.nextInt(20);
        int from = 0;
        while (from < bytes.length) {
            int length = Math.min(bytes.length - from, random.nextInt(longest + 1));
            ByteBuffer whole = random.nextBoolean() ? direct : ByteBuffer.wrap(bytes);
            pieces.add(whole.put(from, bytes, from, length).slice(from, length));
            from += length;
        }
        return pieces;
    }

    @Test
    void nestingHasProtobufsLimit() throws IOException {
        for (int depth = 95; depth <= 105; depth++) {
            byte[] groups = new byte[2 * depth];
            for (int i = 0; i < depth; i++) {
                groups[i] = (11 << 3) | 3;
                groups[groups.length - 1 - i] = (11 << 3) | 4;
            }
            assertThat(isReadAlike(groups, new Random(depth), depth + " groups"))
                    .as(depth + " groups within one another are read")
                    .isEqualTo(depth <= 100);
        }
    }
}
