package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model's configuration file, read, checked and normalised; not yet completed from the model.
 *
 * @param config complete but for inputs, outputs, batch size and scheduler where the file leaves them out
 * @param warnings what is accepted and has no effect
 */
public record ModelConfigFile(ModelConfig config, List<String> warnings) {
    private static final String DEFAULT_FILE = "config.pbtxt";

    public ModelConfigFile {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads {@code configs/<configName>.pbtxt} if there is one, else {@code config.pbtxt}; with neither, everything has
     * its default. Blocks on the file system.
     *
     * @param configName empty for none
     * @throws ConfigException naming every problem of the file; nothing in it is used then
     */
    public static ModelConfigFile read(Path modelDirectory, String model, String configName) throws ConfigException {
        Path named = modelDirectory.resolve("configs").resolve(configName + ".pbtxt");
        if (!configName.isEmpty() && Files.isRegularFile(named)) {
            return parse(text(named, "configs/" + configName + ".pbtxt"), "configs/" + configName + ".pbtxt", model);
        }
        Path file = modelDirectory.resolve(DEFAULT_FILE);
        return parse(Files.exists(file) ? text(file, DEFAULT_FILE) : "", DEFAULT_FILE, model);
    }

    /**
     * Takes {@code json}, the same message as JSON, in place of a file; fields have their names of the text format.
     *
     * @throws ConfigException naming every problem; nothing in it is used then
     */
    public static ModelConfigFile ofJson(String json, String model) throws ConfigException {
        return checked(ConfigJson.parse(json), "config", model);
    }

    static ModelConfigFile parse(String text, String file, String model) throws ConfigException {
        return checked(ConfigText.parse(file, text), file, model);
    }

    private static ModelConfigFile checked(ModelConfig given, String file, String model) throws ConfigException {
        Problems problems = new Problems(file);
        ConfigRules.check(given, model, false, problems);
        problems.throwIfAny();
        return new ModelConfigFile(Normalization.normalize(given, model), problems.warnings());
    }

    private static String text(Path path, String file) throws ConfigException {
        try {
            return Files.readString(path);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": is not UTF-8 text");
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read");
        }
    }
}
