package dev.tern.bench.run;

import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.target.HostPort;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Everything a run is asked for.
 *
 * @param target where the server listens
 * @param models what is asked of it; at least one
 * @param seed of the inputs, of the sending times, and of what is sent next
 * @param load how requests follow one another
 * @param connections how many connections, at most
 * @param threads how many event loops serve them
 * @param warmUp how long the load runs before it is measured
 * @param duration how long it is measured; empty where the number of requests alone ends it
 * @param requests how many requests are measured at most
 * @param verification how answers are checked
 * @param streams whether each connection's requests go over one ModelStreamInfer call, and have no deadline
 * @param sharedMemory whether inputs are in this machine's shared memory instead of the messages
 */
public record RunSettings(
        HostPort target,
        List<ModelSettings> models,
        long seed,
        LoadPlan load,
        int connections,
        int threads,
        Duration warmUp,
        Optional<Duration> duration,
        OptionalLong requests,
        Verification verification,
        boolean streams,
        boolean sharedMemory) {
    public RunSettings {
        models = List.copyOf(models);
    }

    /** A call for each request, with its inputs. */
    public RunSettings(
            HostPort target,
            List<ModelSettings> models,
            long seed,
            LoadPlan load,
            int connections,
            int threads,
            Duration warmUp,
            Optional<Duration> duration,
            OptionalLong requests,
            Verification verification) {
        this(target, models, seed, load, connections, threads, warmUp, duration, requests, verification, false, false);
    }

    /** The only model, or the first of a mix. */
    public ModelSettings first() {
        return models.get(0);
    }

    /** The first model's model, version and parameters. */
    public RequestHead head() {
        return first().head();
    }

    /** The longest deadline of a request; zero where one has none. */
    public Duration timeout() {
        return models.stream().anyMatch(each -> each.timeout().isZero())
                ? Duration.ZERO
                : models.stream()
                        .map(ModelSettings::timeout)
                        .max(Comparator.naturalOrder())
                        .orElse(Duration.ZERO);
    }

    /** The error allowed in floats; empty where answers are not checked. */
    public OptionalDouble tolerance() {
        return verification.tolerance();
    }
}
