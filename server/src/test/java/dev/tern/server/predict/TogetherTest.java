package dev.tern.server.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class TogetherTest {
    private final List<String> done = new ArrayList<>();
    private final List<Runnable> handed = new ArrayList<>();
    private final Executor first = handed::add;
    private final Executor second = handed::add;

    @Test
    void whatIsLeftToAThreadIsHandedToItInOnePieceAtTheEnd() {
        Together.run(() -> {
            leave(first, "a");
            leave(second, "x");
            leave(first, "b");
            assertThat(handed).isEmpty();
        });
        assertThat(handed).hasSize(2);
        handed.forEach(Runnable::run);
        assertThat(done).containsExactly("a", "b", "x");
        assertThat(Together.current()).isNull();
    }

    @Test
    void itIsHandedOverThoughTheRestFails() {
        assertThatThrownBy(() -> Together.run(() -> {
                    leave(first, "a");
                    throw new IllegalStateException("expected by this test");
                }))
                .isInstanceOf(IllegalStateException.class);
        handed.forEach(Runnable::run);
        assertThat(done).containsExactly("a");
        assertThat(Together.current()).isNull();
    }

    @Test
    void whatIsForAfterwardsIsDoneHereWhenAllIsHandedOver() {
        Together.run(() -> {
            Together together = Objects.requireNonNull(Together.current());
            together.afterwards(() -> done.add("last, of " + handed.size()));
            leave(first, "a");
            leave(second, "x");
            assertThat(done).isEmpty();
        });
        assertThat(done).containsExactly("last, of 2");
    }

    @Test
    void oneThatFailsDoesNotKeepTheOthers() {
        Together.run(() -> {
            Objects.requireNonNull(Together.current()).leave(first, () -> {
                throw new IllegalStateException("expected by this test");
            });
            leave(first, "b");
        });
        handed.forEach(Runnable::run);
        assertThat(done).containsExactly("b");
    }

    @Test
    void whereTheOtherThreadHasEndedItIsDoneHere() {
        Together.run(() -> leave(
                task -> {
                    throw new RejectedExecutionException("expected by this test");
                },
                "a"));
        assertThat(done).containsExactly("a");
    }

    @Test
    void withinAnotherItIsPartOfThat() {
        Together.run(() -> {
            Together.run(() -> leave(first, "a"));
            assertThat(handed).isEmpty();
            leave(first, "b");
        });
        assertThat(handed).hasSize(1);
    }

    @Test
    void apartNothingIsLeftForLater() {
        Together.run(() -> {
            Together.apart(() -> assertThat(Together.current()).isNull());
            assertThat(Together.current()).isNotNull();
        });
    }

    private void leave(Executor executor, String name) {
        Objects.requireNonNull(Together.current()).leave(executor, () -> done.add(name));
    }
}
