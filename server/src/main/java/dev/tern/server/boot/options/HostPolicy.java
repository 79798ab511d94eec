package dev.tern.server.boot.options;

import dev.tern.server.host.CpuSet;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One setting of a host policy.
 *
 * @param name what instance groups name it by
 * @param cpus the cores its instances run on; empty where the node is given
 * @param numaNode the node on whose cores they run; empty where the cores are given
 */
public record HostPolicy(String name, Optional<CpuSet> cpus, OptionalInt numaNode) {}
