package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.Together;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyOrderTest {
    private final List<String> given = new ArrayList<>();

    /** Left for the end of its batch, an answer would be overtaken by the next one, of a batch that ends before. */
    @Test
    void anAnswerThatHasItsTurnIsGivenThenAndNotAtTheEndOfItsBatch() {
        ReplyOrder order = new ReplyOrder();
        ReplyOrder.Place first = order.behindAll(reply("first"));
        ReplyOrder.Place second = order.behindAll(reply("second"));
        second.succeed(new InferenceResponse(List.of()));
        assertThat(given).isEmpty();
        Together.run(() -> {
            first.succeed(new InferenceResponse(List.of()));
            assertThat(given).containsExactly("first at once", "second at once");
        });
    }

    private Reply reply(String name) {
        return new Reply() {
            @Override
            public void succeed(InferenceResponse response) {
                given.add(name + (Together.current() == null ? " at once" : " later"));
            }

            @Override
            public void fail(Failure failure) {
                given.add(name + " failed");
            }
        };
    }
}
