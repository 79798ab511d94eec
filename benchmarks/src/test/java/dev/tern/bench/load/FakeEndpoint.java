package dev.tern.bench.load;

import dev.tern.bench.target.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/** A connection whose requests a test holds in its hand. One thread only. */
final class FakeEndpoint implements Endpoint {
    private static final byte[] ANSWER = {};

    private final Queue<Completion> held = new ArrayDeque<>();
    private final List<Runnable> paused = new ArrayList<>();
    private final Consumer<FakeEndpoint> onSend;
    private int sent;
    private int mostHeld;
    private boolean up = true;

    FakeEndpoint(Consumer<FakeEndpoint> onSend) {
        this.onSend = onSend;
    }

    static FakeEndpoint answeringAtOnce() {
        return new FakeEndpoint(FakeEndpoint::answerOne);
    }

    static FakeEndpoint neverAnswering() {
        return new FakeEndpoint(each -> {});
    }

    @Override
    public void send(byte[] request, Completion completion) {
        sent++;
        held.add(completion);
        mostHeld = Math.max(mostHeld, held.size());
        onSend.accept(this);
    }

    @Override
    public boolean isUp() {
        return up;
    }

    @Override
    public void afterPause(Runnable task) {
        paused.add(task);
    }

    void answerOne() {
        held.remove().answered(ANSWER);
    }

    void goDown() {
        up = false;
    }

    int failAll() {
        int failed = held.size();
        for (int i = 0; i < failed; i++) {
            held.remove().failed("UNAVAILABLE", "gone");
        }
        return failed;
    }

    int sent() {
        return sent;
    }

    int held() {
        return held.size();
    }

    int mostHeld() {
        return mostHeld;
    }

    List<Runnable> paused() {
        return paused;
    }
}
