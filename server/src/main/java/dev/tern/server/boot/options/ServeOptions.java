package dev.tern.server.boot.options;

import static java.util.function.Predicate.not;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The settings as flags of a command: adds them to it, grouped for its help page, and reads them back together with
 * the environment and the YAML file.
 */
public final class ServeOptions {
    private ServeOptions() {}

    /** Gives {@code command} a flag for every setting. */
    public static void addTo(CommandSpec command) {
        addTo(command, EnumSet.allOf(Group.class));
    }

    /** Gives {@code command} flags for what decides how models are loaded, and none for what serves them. */
    public static void addModelSettingsTo(CommandSpec command) {
        addTo(command, EnumSet.of(Group.CONFIGURATION, Group.MODELS, Group.EXECUTION, Group.LOGGING));
    }

    private static void addTo(CommandSpec command, Set<Group> groups) {
        command.usageMessage()
                .abbreviateSynopsis(true)
                .sortOptions(false)
                .width(100)
                .footer(
                        "",
                        "Each setting can also be given in the environment (TERN_GRPC_PORT=9001; lists are separated as in",
                        "PATH) and in the YAML file (grpc-port: 9001). A flag wins over the environment, the environment",
                        "over the file.");
        int place = 0;
        for (Group group : groups) {
            command.addArgGroup(group(group, place++));
        }
    }

    /**
     * The settings in force.
     *
     * @param parsed of a command that {@link #addTo} was called for
     * @throws OptionsException when one of them is unknown, or its value not allowed
     */
    public static ServerOptions resolve(ParseResult parsed, Surroundings surroundings) {
        Source flags = setting -> flag(parsed, setting);
        Source environment = EnvironmentSource.of(surroundings.environment(), Settings.ALL);
        List<Source> sources = new ArrayList<>(List.of(flags, environment));
        file(new Values(sources), surroundings).ifPresent(sources::add);
        return new Resolution(new Values(sources), surroundings).serverOptions();
    }

    private static Optional<Source> file(Values values, Surroundings surroundings) {
        return values.optional(Settings.CONFIG)
                .or(() -> surroundings.configFile().filter(Files::exists))
                .map(file -> YamlSource.read(file, values.origin(Settings.CONFIG), inFiles()));
    }

    // A file cannot name the file.
    private static List<Setting<?>> inFiles() {
        return Settings.ALL.stream().filter(not(Settings.CONFIG::equals)).toList();
    }

    private static Optional<Given> flag(ParseResult parsed, Setting<?> setting) {
        Optional<Given> given = Optional.ofNullable(parsed.matchedOption(setting.flag()))
                .map(option -> new Given(setting.flag(), option.stringValues()));
        given.filter(it -> setting.type().isSwitch()).ifPresent(ServeOptions::refuseFlagAsValue);
        return given;
    }

    // picocli hands a switch whatever comes next, an unknown flag too.
    private static void refuseFlagAsValue(Given given) {
        given.texts().stream()
                .filter(value -> value.startsWith("-"))
                .findFirst()
                .ifPresent(unknown -> {
                    String name = unknown.replaceFirst("=.*", "");
                    List<String> flags =
                            Settings.ALL.stream().map(Setting::flag).toList();
                    throw new OptionsException(name + ": no such option" + Nearest.hint(name, flags));
                });
    }

    private static ArgGroupSpec group(Group group, int place) {
        ArgGroupSpec.Builder spec = ArgGroupSpec.builder()
                .heading("%n" + group.heading() + ":%n")
                .order(place)
                .validate(false);
        Settings.ALL.stream().filter(it -> it.group() == group).forEach(it -> spec.addArg(option(it)));
        return spec.build();
    }

    private static OptionSpec option(Setting<?> setting) {
        String[] names = Stream.concat(Stream.of(setting.flag()), setting.aliases().stream())
                .toArray(String[]::new);
        OptionSpec.Builder spec = OptionSpec.builder(names)
                .paramLabel(setting.label())
                .arity(setting.type().isSwitch() ? "0..1" : "1")
                .description(description(setting));
        if (setting.type().isSwitch()) {
            spec.fallbackValue("true");
        }
        return (setting.repeatable() ? spec.type(List.class).auxiliaryTypes(String.class) : spec.type(String.class))
                .build();
    }

    private static String description(Setting<?> setting) {
        return setting.shown().isEmpty() ? setting.description() : setting.description() + " [" + setting.shown() + "]";
    }
}
