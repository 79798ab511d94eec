package dev.tern.bench.run;

import dev.tern.bench.input.GivenShape;
import dev.tern.bench.input.NamedRange;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.target.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Everything a run is asked for.
 *
 * @param target where the server listens
 * @param head model, version and parameters of each request
 * @param rows the leading dimension of each request
 * @param shapes numbers or distributions given for single inputs
 * @param ranges value ranges given for single inputs
 * @param distinct how many different requests are sent in turn
 * @param seed of the inputs and of the sending times
 * @param load how requests follow one another
 * @param connections how many connections, at most
 * @param threads how many event loops serve them
 * @param warmUp how long the load runs before it is measured
 * @param duration how long it is measured; empty where the number of requests alone ends it
 * @param requests how many requests are measured at most
 * @param timeout the deadline of each request; zero for none
 * @param tolerance the error allowed when answers are checked; empty where they are not
 */
public record RunSettings(
        HostPort target,
        RequestHead head,
        int rows,
        List<GivenShape> shapes,
        List<NamedRange> ranges,
        int distinct,
        long seed,
        LoadPlan load,
        int connections,
        int threads,
        Duration warmUp,
        Optional<Duration> duration,
        OptionalLong requests,
        Duration timeout,
        OptionalDouble tolerance) {
    public RunSettings {
        shapes = List.copyOf(shapes);
        ranges = List.copyOf(ranges);
    }
}
