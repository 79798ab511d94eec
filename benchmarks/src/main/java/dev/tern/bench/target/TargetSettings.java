package dev.tern.bench.target;

import java.time.Duration;

/**
 * How to reach the server.
 *
 * @param address where it listens
 * @param connections how many connections to open
 * @param threads how many event loops serve them
 * @param timeout the deadline of each request; zero for none
 * @param keepAnswers whether answers are handed over, or left unread
 * @param streams whether each connection's requests go over one ModelStreamInfer call, and have no deadline
 */
public record TargetSettings(
        HostPort address, int connections, int threads, Duration timeout, boolean keepAnswers, boolean streams) {
    /** A call for each request. */
    public TargetSettings(HostPort address, int connections, int threads, Duration timeout, boolean keepAnswers) {
        this(address, connections, threads, timeout, keepAnswers, false);
    }
}
