package dev.tern.server.drift;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which features of a version are monitored. An input or output whose rows all have one shape has one for each element of a
 * row; of any other it is one, of which any element is a sample. Immutable.
 */
public final class Features {
    /** At most so many of one version: what each costs, keeps and shows is bounded by it. */
    public static final int MOST = 64;

    private static final Pattern COLUMN = Pattern.compile("(.+)\\[(\\d{1,9})]");

    private final List<TensorFeatures> inputs;
    private final List<TensorFeatures> outputs;
    private final List<String> names;
    private final List<Boolean> texts;
    private final String warning;

    private Features(
            List<TensorFeatures> inputs,
            List<TensorFeatures> outputs,
            List<String> names,
            List<Boolean> texts,
            String warning) {
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.names = List.copyOf(names);
        this.texts = List.copyOf(texts);
        this.warning = warning;
    }

    /**
     * Those of {@code chosen}, or of all inputs and outputs if there are none.
     *
     * @param inputs as the monitor sees them, the batch dimension first, -1, where there is one
     * @param outputs likewise; one of an input's name is that input once more and left out
     * @param chosen inputs, outputs and columns of them: {@code x}, {@code x[3]}
     * @throws IllegalArgumentException if one of {@code chosen} is not there, with a message that says what is allowed
     */
    public static Features of(List<TensorSpec> inputs, List<TensorSpec> outputs, List<String> chosen) {
        Map<String, Wanted> byName = new LinkedHashMap<>();
        inputs.forEach(spec -> byName.put(spec.name(), new Wanted(spec)));
        outputs.forEach(spec -> byName.putIfAbsent(spec.name(), new Wanted(spec)));
        if (chosen.isEmpty()) {
            byName.values().forEach(Wanted::addAll);
        }
        chosen.forEach(name -> choose(name, byName));
        return of(List.copyOf(byName.values()), inputs.size());
    }

    private static void choose(String name, Map<String, Wanted> byName) {
        Wanted whole = byName.get(name);
        if (whole != null) {
            whole.addAll();
            return;
        }
        Matcher column = COLUMN.matcher(name);
        Wanted tensor = column.matches() ? byName.get(column.group(1)) : null;
        if (tensor == null || Integer.parseInt(column.group(2)) >= tensor.rowElements()) {
            throw new IllegalArgumentException("'" + name + "' is no feature of the model; it has "
                    + byName.values().stream().map(Features::describe).collect(Collectors.joining(", ")));
        }
        tensor.add(Integer.parseInt(column.group(2)));
    }

    private static String describe(Wanted tensor) {
        int columns = tensor.rowElements();
        return columns <= 1
                ? tensor.tensor()
                : tensor.tensor() + " (" + tensor.name(0) + " to " + tensor.name(columns - 1) + ")";
    }

    /** @param inputCount how many of {@code all} are inputs: the first ones */
    private static Features of(List<Wanted> all, int inputCount) {
        int[] places = places(all);
        List<TensorFeatures> inputs = new ArrayList<>();
        List<TensorFeatures> outputs = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Boolean> texts = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Wanted tensor = all.get(i);
            if (places[i] > 0) {
                int[] columns = tensor.spread(places[i]);
                TensorFeatures features =
                        new TensorFeatures(tensor.tensor(), tensor.rowElements(), columns, names.size());
                (i < inputCount ? inputs : outputs).add(features);
                for (int column : columns) {
                    names.add(tensor.name(column));
                    texts.add(tensor.spec().type() == DataType.BYTES);
                }
            }
        }
        return new Features(inputs, outputs, names, texts, warning(all, places));
    }

    /** How many columns of each are taken: where there is no room for all, one of each in turn until it is full. */
    private static int[] places(List<Wanted> all) {
        int[] places = new int[all.size()];
        int left = MOST;
        boolean some = true;
        while (left > 0 && some) {
            some = false;
            for (int i = 0; i < places.length && left > 0; i++) {
                if (places[i] < all.get(i).count()) {
                    places[i]++;
                    left--;
                    some = true;
                }
            }
        }
        return places;
    }

    private static String warning(List<Wanted> all, int[] places) {
        List<String> left = new ArrayList<>();
        for (int i = 0; i < places.length; i++) {
            int count = all.get(i).count();
            if (places[i] < count) {
                left.add(places[i] + " of " + count + " of '" + all.get(i).tensor() + "'");
            }
        }
        return left.isEmpty()
                ? ""
                : "drift is looked for in " + MOST + " features only, evenly spread: " + String.join(", ", left);
    }

    /** What they are called, in the order of their numbers. */
    public List<String> names() {
        return names;
    }

    /** Which are not monitored for want of room, for operators; empty if there is nothing to say. */
    public String warning() {
        return warning;
    }

    int count() {
        return names.size();
    }

    /** Whether a feature's values are texts, and so never in an order. */
    boolean isText(int feature) {
        return texts.get(feature);
    }

    List<TensorFeatures> inputs() {
        return inputs;
    }

    List<TensorFeatures> outputs() {
        return outputs;
    }
}
