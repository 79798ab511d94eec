package dev.tern.server.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of real and made models with reference answers, and its index. Not part of the project: tests that use it
 * are skipped where it is not there.
 */
final class ModelZoo {
    /** What the index says of a model that ONNX Runtime does not load, or that has outputs nobody can serve. */
    private static final Pattern UNSERVABLE = Pattern.compile("does not load|SEQ<|MAP<");

    private static final Pattern TO_REFERENCE = Pattern.compile("ref maxAbs ([0-9.e+/-]+)");

    private final Path folder;
    private final Map<String, String> index;

    private ModelZoo(Path folder) throws IOException {
        this.folder = folder;
        this.index = index(folder);
    }

    /** The folder that property {@code tern.models} or variable TERN_MODELS names, else the one beside the checkout. */
    static Optional<ModelZoo> find() throws IOException {
        Path folder = Path.of(Stream.of(System.getProperty("tern.models"), System.getenv("TERN_MODELS"))
                .filter(each -> each != null && !each.isEmpty())
                .findFirst()
                .orElse("../../shared/models"));
        return Files.isRegularFile(folder.resolve("INDEX.md")) ? Optional.of(new ModelZoo(folder)) : Optional.empty();
    }

    /** Whether a run without the models must fail. */
    static boolean isRequired() {
        String required = System.getenv("TERN_REQUIRE");
        return required != null && Arrays.asList(required.split(",", -1)).contains("models");
    }

    /** Every .onnx file, by its path in the folder. */
    List<String> models() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString())
                    .filter(file -> file.endsWith(".onnx"))
                    .sorted()
                    .toList();
        }
    }

    boolean isServable(String model) {
        return !UNSERVABLE.matcher(row(model)).find();
    }

    /** How far the index's own run was from the reference answers, at its worst; 0 where it does not say. */
    double distanceToReference(String model) {
        Matcher distances = TO_REFERENCE.matcher(row(model));
        return distances.find()
                ? Arrays.stream(distances.group(1).split("/", -1))
                        .mapToDouble(Double::parseDouble)
                        .max()
                        .orElseThrow()
                : 0;
    }

    /** The folders with inputs and reference outputs of {@code model}. */
    List<Path> references(String model) throws IOException {
        try (Stream<Path> siblings = Files.list(folder.resolve(model).getParent())) {
            return siblings.filter(each -> each.getFileName().toString().startsWith("test_data_set_"))
                    .sorted()
                    .toList();
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** The name under which a model is served: its path, or what its configuration calls it. */
    static String servedName(String model) {
        return model.contains("triton_simple/")
                ? "simple"
                : model.contains("triton_simple_string/")
                        ? "simple_string"
                        : model.replace(".onnx", "").replace('/', '-');
    }

    /** A model repository of all models, each with what lies beside it that it needs. */
    void copyTo(Path repository) throws IOException {
        for (String model : models()) {
            Path directory = repository.resolve(servedName(model));
            Path version = Files.createDirectories(directory.resolve("1"));
            Files.copy(folder.resolve(model), version.resolve("model.onnx"));
            for (Path sibling : siblings(model)) {
                boolean configures = sibling.getFileName().toString().equals("config.pbtxt");
                Path target = configures ? directory : version;
                Files.copy(sibling, target.resolve(sibling.getFileName()));
            }
        }
    }

    private List<Path> siblings(String model) throws IOException {
        Set<String> needed = Set.of("config.pbtxt", "weights.bin");
        try (Stream<Path> files = Files.list(folder.resolve(model).getParent())) {
            return files.filter(file -> needed.contains(file.getFileName().toString()))
                    .toList();
        }
    }

    private String row(String model) {
        String row = index.get(model);
        if (row == null) {
            throw new IllegalArgumentException("the index does not list " + model);
        }
        return row;
    }

    private static Map<String, String> index(Path folder) throws IOException {
        Map<String, String> rows = new HashMap<>();
        for (String line : Files.readAllLines(folder.resolve("INDEX.md"))) {
            String[] cells = line.split("\\|", -1);
            if (cells.length > 2) {
                rows.put(cells[1].strip(), line);
            }
        }
        return rows;
    }
}
