package dev.tern.server.batching;

import static dev.tern.server.batching.Rig.dynamic;
import static dev.tern.server.batching.Rig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A model that becomes so slow that its runs are ended: that teaches, too. Runs take what the test says. */
class SlowedModelTest {
    private static final long MILLI = 1_000_000;
    private static final String TOO_CLOSE =
            "the model's execution takes longer than is left until the request's deadline";

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final Rig rig = new Rig();
    private long millis = 10;
    private boolean hangs;
    private final FakeInstance instance = new FakeInstance(this::run);
    private final Batching batching = rig.batching(dynamic(4, 0), instance);

    private List<List<Tensor>> run(List<BatchItem> batch) {
        for (long i = 0; i < millis && (hangs || !instance.isTerminated()); i++) {
            rig.clock.advance(MILLI);
        }
        return FakeInstance.answerInputs(batch);
    }

    @Test
    void threeEndedRunsAreEnoughToRefuseTheNext() {
        learnTenMillis();
        millis = 10_000;
        for (int i = 0; i < 3; i++) {
            assertThat(asked(100).failure().message()).isEqualTo("the request's deadline passed while the model ran");
        }
        int runs = runs();
        for (int i = 0; i < 5; i++) {
            RecordingReply refused = asked(100);
            assertThat(refused.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
            assertThat(refused.failure().message()).isEqualTo(TOO_CLOSE);
        }
        assertThat(runs()).isEqualTo(runs);
        batching.close();
    }

    @Test
    void whoHasMoreTimeIsServedAndShowsHowLongItTakes() {
        learnTenMillis();
        millis = 300;
        for (int i = 0; i < 3; i++) {
            asked(100);
        }
        assertThat(asked(150).failure().message()).as("twice 100 ms").isEqualTo(TOO_CLOSE);
        assertThat(asked(400).failed()).isFalse();
        assertThat(asked(290).failure().message()).as("300 ms").isEqualTo(TOO_CLOSE);
        assertThat(asked(310).failed()).isFalse();
        batching.close();
    }

    @Test
    void oneASecondIsTriedAndWhenItIsServedAllAre() {
        learnTenMillis();
        millis = 10_000;
        for (int i = 0; i < 3; i++) {
            asked(100);
        }
        int runs = runs();
        for (int second = 1; second <= 3; second++) {
            rig.clock.advance(1_000 * MILLI);
            asked(100);
            asked(100);
            assertThat(runs()).isEqualTo(runs + second);
        }
        millis = 10;
        assertThat(asked(100).failure().message()).isEqualTo(TOO_CLOSE);
        rig.clock.advance(1_000 * MILLI);
        assertThat(asked(100).failed()).isFalse();
        assertThat(asked(15).failed()).isFalse();
        batching.close();
    }

    @Test
    void runsThatWereGivenTooLittleSayNothing() {
        learnTenMillis();
        for (int i = 0; i < 20; i++) {
            FakeCall call = FakeCall.patient();
            RecordingReply reply = send(batching, call, 1);
            rig.clock.schedule(rig.clock.nanoTime() + 5 * MILLI, call::cancel);
            rig.line.runAll();
            assertThat(reply.failure().kind()).isEqualTo(Kind.CANCELLED);
        }
        assertThat(asked(15).failed()).isFalse();
        batching.close();
    }

    @Test
    void aRunThatHangsTeachesAsSoonAsItIsGivenUp() {
        learnTenMillis();
        millis = 6_000;
        hangs = true;
        for (int i = 0; i < 3; i++) {
            assertThat(asked(100).failed()).isTrue();
        }
        assertThat(rig.seat.replaced).hasSize(3);
        assertThat(asked(8_000).failure().message()).as("twice five seconds").isEqualTo(TOO_CLOSE);
        batching.close();
    }

    private void learnTenMillis() {
        for (int i = 0; i < 30; i++) {
            assertThat(asked(50).failed()).isFalse();
        }
    }

    private int runs() {
        return instance.runSizes().size();
    }

    private RecordingReply asked(long withinMillis) {
        RecordingReply reply = send(batching, FakeCall.until(rig.clock.nanoTime() + withinMillis * MILLI), 1);
        rig.line.runAll();
        return reply;
    }
}
