package dev.tern.server.boot.commands;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.config.DataTypes;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known of the models, for people: one line a version, then what they should know. */
final class ModelTable {
    private static final int LONGEST_LIST = 4;

    private ModelTable() {}

    static String of(List<ModelIndex> models) {
        TextTable table =
                new TextTable("MODEL", "VERSION", "STATE", "INPUTS", "OUTPUTS", "BATCH", "CACHE", "INSTANCES");
        for (ModelIndex model : models) {
            if (model.versions().isEmpty()) {
                table.add(model.name(), "-", "UNAVAILABLE", "", "", "", "", "");
            }
            model.versions().forEach(version -> table.add(row(model, version)));
        }
        return table + notes(models);
    }

    private static String[] row(ModelIndex model, VersionIndex version) {
        ModelConfig config = version.config();
        String name = model.name();
        String number = Long.toString(version.version());
        String state = version.state().name();
        if (config == null) {
            return new String[] {name, number, state, "", "", "", "", ""};
        }
        ModelSettings settings = new ModelSettings(config);
        return new String[] {
            name,
            number,
            state,
            list(config.getInputList().stream().map(ModelTable::describe).toList()),
            list(config.getOutputList().stream().map(ModelTable::describe).toList()),
            settings.scheduling(0, Duration.ZERO).toString(),
            settings.cache().toString(),
            Integer.toString(version.instances())
        };
    }

    private static String describe(ModelInput input) {
        return input.getName() + " " + DataTypes.ofConfig(input.getDataType()) + dims(input.getDimsList());
    }

    private static String describe(ModelOutput output) {
        return output.getName() + " " + DataTypes.ofConfig(output.getDataType()) + dims(output.getDimsList());
    }

    private static String dims(List<Long> dims) {
        return dims.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }

    private static String list(List<String> entries) {
        String shown = entries.stream().limit(LONGEST_LIST).collect(Collectors.joining(", "));
        return entries.size() > LONGEST_LIST ? shown + ", ... (" + entries.size() + ")" : shown;
    }

    private static String notes(List<ModelIndex> models) {
        return models.stream()
                .flatMap(ModelTable::notes)
                .map(note -> note + System.lineSeparator())
                .collect(Collectors.joining());
    }

    private static Stream<String> notes(ModelIndex model) {
        Stream<String> own =
                model.reason().isEmpty() ? Stream.of() : Stream.of("  " + model.name() + ": " + model.reason());
        return Stream.concat(own, model.versions().stream().flatMap(version -> notes(model, version)));
    }

    private static Stream<String> notes(ModelIndex model, VersionIndex version) {
        String subject = "  " + model.name() + " " + version.version() + ": ";
        return Stream.concat(Stream.of(version.reason()), version.warnings().stream())
                .filter(note -> !note.isEmpty())
                .map(note -> subject + note);
    }
}
