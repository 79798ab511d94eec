package dev.tern.server.boot.versions;

import dev.tern.server.batching.Runners;
import dev.tern.server.batching.Seat;
import dev.tern.server.predict.Clock;

/**
 * What runs that nobody waits for are run with: time that nobody else wants.
 *
 * @param runners of a low priority
 * @param clock whose timer is of a low priority, too: the others' never waits for a lock that such a thread holds
 */
public record IdleTime(Runners runners, Clock clock) {
    /** A place among those that share this. */
    Seat seat() {
        return new PatientSeat(runners.seat());
    }
}
