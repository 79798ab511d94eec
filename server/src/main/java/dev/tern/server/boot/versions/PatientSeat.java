package dev.tern.server.boot.versions;

import dev.tern.server.batching.Seat;

/**
 * A seat in time that nobody else wants. A run that does not end there when told to has mostly got no time to: it is not
 * taken to hang before it was found going on {@link #LEAST_LOOKS} times, which come five seconds apart.
 */
final class PatientSeat implements Seat {
    static final int LEAST_LOOKS = 12;

    private final Seat seat;
    private volatile int looks;

    PatientSeat(Seat seat) {
        this.seat = seat;
    }

    @Override
    public void execute(Runnable turn) {
        seat.execute(() -> {
            looks = 0;
            turn.run();
        });
    }

    @Override
    public void executeAside(Runnable turn) {
        seat.executeAside(turn);
    }

    @Override
    public boolean replaceRunner(Thread stuck) {
        int found = looks + 1;
        looks = found;
        return found >= LEAST_LOOKS && seat.replaceRunner(stuck);
    }

    @Override
    public void close() {
        seat.close();
    }
}
