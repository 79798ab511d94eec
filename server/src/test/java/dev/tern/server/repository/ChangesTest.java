package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangesTest {
    private static final int MANY = 100_000;

    private final Changes changes = new Changes();
    private final List<Integer> begun = new ArrayList<>();

    @Test
    void anyNumberMayWaitAndBeOverAtOnce() {
        changes.begin("a", () -> begun.add(0));
        for (int i = 1; i <= MANY; i++) {
            int number = i;
            changes.begin("a", () -> {
                begun.add(number);
                changes.over("a");
            });
        }
        assertThat(begun).containsExactly(0);
        changes.over("a");

        assertThat(begun).isEqualTo(IntStream.rangeClosed(0, MANY).boxed().toList());
    }

    @Test
    void modelsDoNotWaitForEachOther() {
        changes.begin("a", () -> begun.add(1));
        changes.begin("b", () -> begun.add(2));
        changes.begin("a", () -> begun.add(3));
        assertThat(begun).containsExactly(1, 2);
        changes.over("b");
        assertThat(begun).containsExactly(1, 2);
        changes.over("a");

        assertThat(begun).containsExactly(1, 2, 3);
        changes.over("a");
        changes.begin("a", () -> begun.add(4));
        assertThat(begun).endsWith(4);
    }

    @Test
    void aChangeMayBeginAnother() {
        changes.begin("a", () -> {
            begun.add(1);
            changes.begin("a", () -> begun.add(2));
            assertThat(begun).containsExactly(1);
            changes.over("a");
            assertThat(begun).as("one after the other").containsExactly(1);
        });

        assertThat(begun).containsExactly(1, 2);
    }
}
