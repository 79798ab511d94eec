package dev.tern.server.boot.options;

import dev.tern.server.batching.Resources;
import dev.tern.server.host.CpuSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values of settings that say how instances share the machine, written as for Triton. */
final class SharingTypes {
    private static final Pattern RESOURCE_LIMIT = Pattern.compile("([^:]+):(\\d{1,9})(?::(\\d{1,9}))?");
    private static final Pattern HOST_POLICY = Pattern.compile("([^,=]+),(cpu-cores|numa-node)=(.+)");

    private SharingTypes() {}

    static ValueType<Resources.Limit> resourceLimit() {
        return ValueType.of(
                "NAME:COUNT or NAME:COUNT:DEVICE, such as memory:4",
                text -> Optional.of(RESOURCE_LIMIT.matcher(text))
                        .filter(Matcher::matches)
                        .map(SharingTypes::resourceLimit));
    }

    private static Resources.Limit resourceLimit(Matcher matcher) {
        return new Resources.Limit(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                matcher.group(3) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(matcher.group(3))));
    }

    static ValueType<HostPolicy> hostPolicy() {
        return ValueType.of(
                "NAME,cpu-cores=LIST or NAME,numa-node=N, such as cpu,cpu-cores=0-3,8", SharingTypes::hostPolicy);
    }

    private static Optional<HostPolicy> hostPolicy(String text) {
        Matcher matcher = HOST_POLICY.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String name = matcher.group(1);
        String value = matcher.group(3);
        if (matcher.group(2).equals("cpu-cores")) {
            return CpuSet.parse(value).map(cpus -> new HostPolicy(name, Optional.of(cpus), OptionalInt.empty()));
        }
        return value.matches("\\d{1,4}")
                ? Optional.of(new HostPolicy(name, Optional.empty(), OptionalInt.of(Integer.parseInt(value))))
                : Optional.empty();
    }
}
