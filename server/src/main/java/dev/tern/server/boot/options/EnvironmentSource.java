package dev.tern.server.boot.options;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Settings from environment variables, {@code TERN_GRPC_PORT} for {@code --grpc-port}. Several values are separated
 * as in PATH, or by semicolons where they have colons in them. A variable that begins with {@code TERN_} and means nothing stops the start.
 */
final class EnvironmentSource implements Source {
    static final String PREFIX = "TERN_";

    /** Read by the launcher and the tests, not settings of the server. */
    private static final Set<String> OTHERS =
            Set.of("TERN_BENCH_JAVA_OPTS", "TERN_HOME", "TERN_JAVA_OPTS", "TERN_MODELS", "TERN_REQUIRE");

    /** What Kubernetes adds to every container when a Service is called "tern" or "tern-...". */
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "TERN(_.+)?_SERVICE_(HOST|PORT(_.+)?)|TERN(_.+)?_PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");

    private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

    private final Map<String, String> variables;

    private EnvironmentSource(Map<String, String> variables) {
        this.variables = variables;
    }

    static EnvironmentSource of(Map<String, String> environment, Collection<Setting<?>> settings) {
        Map<String, String> ours = environment.entrySet().stream()
                .filter(it -> it.getKey().startsWith(PREFIX) && !isServiceLink(it.getKey(), it.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Set<String> known = settings.stream().map(Setting::variable).collect(Collectors.toCollection(TreeSet::new));
        known.addAll(OTHERS);
        new TreeSet<>(ours.keySet())
                .stream().filter(it -> !known.contains(it)).findFirst().ifPresent(unknown -> {
                    throw new OptionsException(
                            unknown + ": no such setting in the environment" + Nearest.hint(unknown, known));
                });
        return new EnvironmentSource(ours);
    }

    @Override
    public Optional<Given> given(Setting<?> setting) {
        return Optional.ofNullable(variables.get(setting.variable()))
                .map(text -> new Given(
                        setting.variable(),
                        setting.repeatable() ? split(text, setting.listSeparator()) : List.of(text)));
    }

    private static List<String> split(String text, String separator) {
        // The colon of a URL separates nothing: whoever gives one is to be told so, and not of its halves.
        return Arrays.stream(text.split(Pattern.quote(separator) + "(?!//)"))
                .filter(it -> !it.isBlank())
                .toList();
    }

    private static boolean isServiceLink(String name, String value) {
        return SERVICE_LINK.matcher(name).matches()
                || (name.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches());
    }
}
