package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInstanceGroup;
import dev.tern.proto.inference.ModelRateLimiter;
import dev.tern.server.batching.InstanceGroup;
import dev.tern.server.batching.Seat;
import dev.tern.server.boot.warmup.MeasuredRuns;
import dev.tern.server.boot.warmup.WarmUp;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.onnx.OnnxEngine;
import dev.tern.server.host.CpuSet;
import dev.tern.server.repository.VersionLoadException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes one version's instances, each where its host policy says, and gives them seats. Used by one loader thread.
 */
final class InstanceGroups implements AutoCloseable {
    private final HostPolicies policies;
    private final Seats seats;
    private final Sessions sessions;

    /** @param sessions that the instances run in; let go of with this */
    InstanceGroups(HostPolicies policies, Seats seats, Sessions sessions) {
        this.policies = policies;
        this.seats = seats;
        this.sessions = sessions;
    }

    /** The session of the first group, by which the model is looked at. */
    OnnxEngine firstEngine(ModelConfig config) throws EngineException {
        Optional<CpuSet> on = active(config).stream().findFirst().flatMap(policies::cpus);
        policies.enter(on);
        return sessions.on(on);
    }

    /**
     * All of the version's instances, warmed up; those whose rate limiters agree in one group.
     *
     * @param runs measures what runs take, of several sizes on one instance
     * @param maker makes one on the session that it is to run on
     */
    List<InstanceGroup> make(ModelConfig config, WarmUp warmUp, MeasuredRuns runs, Function<OnnxEngine, Instance> maker)
            throws VersionLoadException, EngineException {
        Map<ModelRateLimiter, List<Instance>> instances = new LinkedHashMap<>();
        List<Seat> taken = new ArrayList<>();
        try {
            for (ModelInstanceGroup group : active(config)) {
                List<Instance> alike =
                        instances.computeIfAbsent(seats.inForce(group.getRateLimiter()), key -> new ArrayList<>());
                addTo(alike, group, maker);
                for (Instance instance : alike.subList(alike.size() - group.getCount(), alike.size())) {
                    warmUp.run(instance, runs);
                }
            }
            instances.values().stream().findFirst().ifPresent(alike -> runs.runSizes(alike.get(0)));
            List<InstanceGroup> groups = new ArrayList<>();
            for (Map.Entry<ModelRateLimiter, List<Instance>> each : instances.entrySet()) {
                taken.add(seats.take(each.getKey()));
                groups.add(new InstanceGroup(each.getValue(), taken.get(taken.size() - 1)));
            }
            return groups;
        } catch (VersionLoadException | EngineException | RuntimeException | Error e) {
            taken.forEach(Seat::close);
            instances.values().forEach(each -> each.forEach(Instance::close));
            throw e;
        }
    }

    private void addTo(List<Instance> instances, ModelInstanceGroup group, Function<OnnxEngine, Instance> maker)
            throws EngineException {
        Optional<CpuSet> on = policies.cpus(group);
        policies.enter(on);
        OnnxEngine engine = sessions.on(on);
        for (int i = 0; i < group.getCount(); i++) {
            instances.add(policies.place(maker.apply(engine), on));
        }
    }

    private static List<ModelInstanceGroup> active(ModelConfig config) {
        return config.getInstanceGroupList().stream()
                .filter(group -> !group.getPassive())
                .toList();
    }

    /** What an operator should know of how these groups are configured. */
    List<String> warnings(ModelConfig config) {
        List<String> warnings = new ArrayList<>(policies.warnings(config));
        if (config.getInstanceGroupList().stream().anyMatch(group -> seats.ignores(group.getRateLimiter()))) {
            warnings.add("rate_limiter has no effect without --rate-limit=execution_count");
        }
        return warnings;
    }

    /** Lets go of the sessions, which their instances keep open, and of this thread. */
    @Override
    public void close() {
        policies.leave();
        sessions.close();
    }
}
