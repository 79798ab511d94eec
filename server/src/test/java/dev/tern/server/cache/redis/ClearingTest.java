package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClearingTest {
    private final StageRig rig = new StageRig();
    private final CompletableFuture<Cleared> cleared = new CompletableFuture<>();

    private void begin() {
        var unused = rig.answers.clear().thenAccept(cleared::complete);
    }

    /** Redis takes the mark, and loses it again. */
    private void marked() {
        assertThat(rig.store.written().get(0).key()).isEqualTo(ByteBuffer.wrap(rig.keys.mark()));
        rig.store.acknowledge();
        assertThat(cleared).isNotDone();
        rig.store.replyRemoved(1);
    }

    private String mark() {
        return new String(rig.keys.mark(), StandardCharsets.US_ASCII);
    }

    @Test
    void allPagesAreRemovedByTheWriter() {
        begin();
        assertThat(rig.store.commands()).as("on the caller's thread").isEmpty();
        rig.writer.runAll();
        rig.store.replyPage("first", false, "a", "b");
        assertThat(rig.store.commands()).as("on the event loop").hasSize(1);
        rig.writer.runAll();
        rig.store.replyRemoved(2);
        rig.writer.runAll();
        rig.store.replyPage("empty", false);
        rig.writer.runAll();
        rig.store.replyPage("last", true, "c");
        rig.writer.runAll();
        rig.store.replyRemoved(1);
        rig.writer.runAll();
        assertThat(cleared).isNotDone();
        marked();
        String scan = "scan " + rig.keys.pattern() + " 1000 after ";
        assertThat(rig.store.commands())
                .containsExactly(
                        scan + "none",
                        "remove [a, b]",
                        scan + "first",
                        scan + "empty",
                        "remove [c]",
                        "remove [" + mark() + "]");
        assertThat(cleared).isCompletedWithValue(new Cleared(3, ""));
    }

    @Test
    void whatRedisRefusesIsSaidByItsCode() {
        begin();
        rig.writer.runAll();
        rig.store.replyPage("first", false, "a");
        rig.writer.runAll();
        rig.store.replyRemoved(1);
        rig.writer.runAll();
        rig.store.failScan(new RedisCommandExecutionException("NOPERM this user may not"));
        assertThat(cleared).isCompletedWithValue(new Cleared(1, "Redis refuses it: NOPERM"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whyItFailsIsSaid(Exception error, String problem) {
        begin();
        rig.writer.runAll();
        rig.store.failScan(error);
        assertThat(cleared).isCompletedWithValue(new Cleared(0, problem));
    }

    static Stream<Arguments> failures() {
        String noConnection = "there is no connection to Redis";
        return Stream.of(
                Arguments.of(new NotConnectedException(), noConnection),
                Arguments.of(new RedisConnectionException("reset"), noConnection),
                Arguments.of(new RedisException("Connection is closed"), noConnection),
                Arguments.of(
                        new RedisException("Request queue size exceeded: 16384. Commands are not accepted until the"
                                + " queue size drops."),
                        "too many commands to Redis are under way"),
                Arguments.of(
                        new RedisException("Internal stack size exceeded: 16384. Commands are not accepted until the"
                                + " stack size drops."),
                        "too many commands to Redis are under way"),
                Arguments.of(new CompletionException(new IOException("reset")), noConnection),
                Arguments.of(new CancellationException(), noConnection),
                Arguments.of(new RejectedExecutionException(), "the server is shutting down"),
                Arguments.of(new IllegalStateException("a defect"), "it failed"));
    }

    @Test
    void oneClearingOfAModelAtATime() {
        begin();
        rig.writer.runAll();
        assertThat(rig.answers.clear().toCompletableFuture())
                .isCompletedWithValue(new Cleared(0, "another call is clearing it"));
        rig.store.failScan(new NotConnectedException());
        assertThat(cleared).isDone();
        assertThat(rig.answers.clear().toCompletableFuture()).isNotDone();
        rig.writer.runAll();
        assertThat(rig.store.commands()).hasSize(2);
    }

    @Test
    void aWriterThatIsBusyIsWaitedFor() {
        begin();
        rig.clock.advance(2 * Clearing.PATIENCE_NANOS);
        rig.writer.runAll();
        rig.clock.advance(Clearing.PATIENCE_NANOS - 1);
        assertThat(cleared).isNotDone();
        rig.clock.advance(1);
        assertThat(cleared).isCompletedWithValue(new Cleared(0, "Redis has not replied for 5 s"));
    }

    @Test
    void aRedisThatDoesNotReplyIsNotWaitedForForEver() {
        begin();
        rig.writer.runAll();
        rig.clock.advance(Clearing.PATIENCE_NANOS - 1);
        rig.store.replyPage("first", false);
        rig.writer.runAll();
        rig.clock.advance(Clearing.PATIENCE_NANOS - 1);
        assertThat(cleared).isNotDone();
        rig.clock.advance(Clearing.PATIENCE_NANOS);
        assertThat(cleared).isCompletedWithValue(new Cleared(0, "Redis has not replied for 5 s"));
        rig.store.replyPage("late", false);
        rig.writer.runAll();
        assertThat(rig.store.commands()).hasSize(2);
        assertThat(rig.clock.scheduled()).isZero();
    }
}
