package dev.tern.server.boot.options;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Settings from one YAML file, a flat map of setting names to values or lists of them.
 *
 * <p>Reads the file's nodes, not objects made of them: they keep line numbers and the values as written, so that
 * {@code trial-load: off} does not turn into {@code false} on the way.
 */
final class YamlSource implements Source {
    private final Path file;
    private final Map<String, Setting<?>> settings;
    private final Map<String, Given> values = new HashMap<>();

    private YamlSource(Path file, Collection<Setting<?>> settings) {
        this.file = file;
        this.settings = settings.stream().collect(Collectors.toMap(Setting::name, it -> it));
    }

    static YamlSource read(Path file, String origin, Collection<Setting<?>> settings) {
        YamlSource source = new YamlSource(file, settings);
        try {
            source.take(new Yaml(new SafeConstructor(new LoaderOptions()))
                    .compose(new StringReader(Files.readString(file))));
        } catch (NoSuchFileException e) {
            throw OptionsException.of(origin, file.toString(), "a file that exists");
        } catch (CharacterCodingException e) {
            throw OptionsException.of(origin, file.toString(), "text in UTF-8");
        } catch (IOException e) {
            throw OptionsException.of(origin, file.toString(), "a readable file");
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new OptionsException(file + ":" + line + ": not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new OptionsException(file + ": not YAML: " + e.getMessage());
        }
        return source;
    }

    @Override
    public Optional<Given> given(Setting<?> setting) {
        return Optional.ofNullable(values.get(setting.name()));
    }

    // SnakeYAML answers null for a file of comments only.
    private void take(@Nullable Node root) {
        if (root == null) {
            return;
        }
        if (!(root instanceof MappingNode map)) {
            throw new OptionsException(at(root) + "expected lines of \"setting: value\"");
        }
        map.getValue().forEach(this::take);
    }

    private void take(NodeTuple entry) {
        String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
        Setting<?> setting = settings.get(key);
        if (setting == null) {
            Set<String> known = new TreeSet<>(settings.keySet());
            throw new OptionsException(at(entry.getKeyNode()) + "no such setting: " + key + Nearest.hint(key, known));
        }
        Given given = new Given(at(entry.getKeyNode()) + key, texts(setting, entry));
        Given earlier = values.put(key, given);
        if (earlier != null) {
            throw new OptionsException(given.origin() + ": given twice, first at " + earlier.origin());
        }
    }

    private List<String> texts(Setting<?> setting, NodeTuple entry) {
        String origin = at(entry.getKeyNode()) + setting.name();
        Node value = entry.getValueNode();
        if (value instanceof ScalarNode) {
            return List.of(scalar(setting, origin, value));
        }
        if (setting.repeatable() && value instanceof SequenceNode list) {
            return list.getValue().stream()
                    .map(it -> scalar(setting, origin, it))
                    .toList();
        }
        throw OptionsException.of(origin, kind(value), setting.type().expected());
    }

    private static String scalar(Setting<?> setting, String origin, Node node) {
        if (node instanceof ScalarNode scalar && !Tag.NULL.equals(scalar.getTag())) {
            return scalar.getValue();
        }
        throw OptionsException.of(origin, kind(node), setting.type().expected());
    }

    private static String kind(Node node) {
        return node instanceof ScalarNode ? "no value" : node instanceof SequenceNode ? "a list" : "a map";
    }

    private String at(Node node) {
        return file + ":" + (node.getStartMark().getLine() + 1) + ": ";
    }
}
