package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInstanceGroup;
import dev.tern.server.boot.options.HostPolicy;
import dev.tern.server.engine.Instance;
import dev.tern.server.host.CpuSet;
import dev.tern.server.host.ThreadAffinity;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where instances run: the host policies that the operator gave, and the threads pinned by them. */
public final class HostPolicies {
    /** The policy of groups that name none, as in Triton. */
    private static final String DEFAULT_NAME = "cpu";

    private final @Nullable ThreadAffinity affinity;
    private final Map<String, CpuSet> cpus;

    private HostPolicies(@Nullable ThreadAffinity affinity, Map<String, CpuSet> cpus) {
        this.affinity = affinity;
        this.cpus = cpus;
    }

    /**
     * Reads what the policies mean on this machine.
     *
     * @throws IOException if one cannot be kept here; the message names the flag, the policy and what is possible
     */
    public static HostPolicies of(List<HostPolicy> given) throws IOException {
        if (given.isEmpty()) {
            return new HostPolicies(null, Map.of());
        }
        String flag = "--host-policy=" + given.get(0).name();
        try {
            ThreadAffinity affinity = ThreadAffinity.ofThisProcess();
            Map<String, CpuSet> cpus = new HashMap<>();
            for (HostPolicy policy : given) {
                flag = "--host-policy=" + policy.name();
                add(policy, cpus);
                requireAllowed(cpus.get(policy.name()), affinity);
            }
            return new HostPolicies(affinity, cpus);
        } catch (IOException e) {
            throw new IOException(flag + ": " + e.getMessage(), e);
        }
    }

    /** Cores that are listed say more than a node. */
    private static void add(HostPolicy policy, Map<String, CpuSet> cpus) throws IOException {
        if (policy.cpus().isPresent()) {
            cpus.put(policy.name(), policy.cpus().get());
        } else {
            cpus.putIfAbsent(
                    policy.name(), ThreadAffinity.ofNumaNode(policy.numaNode().orElseThrow()));
        }
    }

    private static void requireAllowed(@Nullable CpuSet cpus, ThreadAffinity affinity) throws IOException {
        if (cpus != null && !affinity.allowed().containsAll(cpus)) {
            throw new IOException(
                    "cores " + cpus + " (expected: among those this process may use, " + affinity.allowed() + ")");
        }
    }

    /** The cores that the group's instances run on; empty for any. */
    Optional<CpuSet> cpus(ModelInstanceGroup group) {
        return Optional.ofNullable(cpus.get(name(group)));
    }

    private static String name(ModelInstanceGroup group) {
        return group.getHostPolicy().isEmpty() ? DEFAULT_NAME : group.getHostPolicy();
    }

    /** An instance whose runs stay on {@code on}, or on no cores in particular whatever ran on the thread before. */
    Instance place(Instance instance, Optional<CpuSet> on) {
        return affinity == null ? instance : new PinnedInstance(instance, affinity, on.orElse(affinity.allowed()));
    }

    /** What is done on this thread until {@link #leave}, threads and memory made then included, stays on {@code on}. */
    void enter(Optional<CpuSet> on) {
        if (affinity != null) {
            affinity.pin(on.orElse(affinity.allowed()));
        }
    }

    void leave() {
        if (affinity != null) {
            affinity.unpin();
        }
    }

    /** Groups that name a policy which nobody gave. */
    List<String> warnings(ModelConfig config) {
        return config.getInstanceGroupList().stream()
                .map(ModelInstanceGroup::getHostPolicy)
                .filter(name -> !name.isEmpty() && !cpus.containsKey(name))
                .filter(name -> !name.equals(DEFAULT_NAME))
                .distinct()
                .map(name -> "host policy '" + name + "' is not given by --host-policy: its instances run on any core")
                .toList();
    }
}
