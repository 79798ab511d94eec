package dev.tern.bench.input;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What one model's requests are to hold.
 *
 * @param rows the leading dimension of each, where it varies
 * @param shapes numbers or distributions given for single inputs
 * @param ranges value ranges given for single inputs
 * @param vocabularies files of values given for single inputs
 * @param zero whether inputs without a vocabulary hold zeros and empty texts
 * @param data a JSON file of requests, or a folder with a file for each input; the requests are then those, and none made
 * @param catalogue rows that the requests are put together from; empty where each has rows of its own
 * @param distinct how many different requests are made; of no meaning with {@code data}
 */
public record InputSettings(
        int rows,
        List<GivenShape> shapes,
        List<NamedRange> ranges,
        List<NamedFile> vocabularies,
        boolean zero,
        Optional<Path> data,
        Optional<Catalogue> catalogue,
        int distinct) {
    /** @throws IllegalArgumentException when data are given and what they would be made from, too */
    public InputSettings {
        shapes = List.copyOf(shapes);
        ranges = List.copyOf(ranges);
        vocabularies = List.copyOf(vocabularies);
        if (data.isPresent()) {
            refuse(rows != 1, "--rows");
            refuse(!ranges.isEmpty(), "--range");
            refuse(!vocabularies.isEmpty(), "--vocabulary");
            refuse(zero, "--zero");
        }
    }

    /** Without a catalogue. */
    public InputSettings(
            int rows,
            List<GivenShape> shapes,
            List<NamedRange> ranges,
            List<NamedFile> vocabularies,
            boolean zero,
            Optional<Path> data,
            int distinct) {
        this(rows, shapes, ranges, vocabularies, zero, data, Optional.empty(), distinct);
    }

    /** Random values in their usual ranges. */
    public static InputSettings random(int rows, List<GivenShape> shapes, List<NamedRange> ranges, int distinct) {
        return new InputSettings(rows, shapes, ranges, List.of(), false, Optional.empty(), distinct);
    }

    /** So many rows of a catalogue each. */
    public static InputSettings from(Catalogue catalogue, int rows, int distinct) {
        return new InputSettings(
                rows, List.of(), List.of(), List.of(), false, Optional.empty(), Optional.of(catalogue), distinct);
    }

    private static void refuse(boolean given, String option) {
        if (given) {
            throw new IllegalArgumentException(
                    option + " and --data exclude each other: the requests are those of the data");
        }
    }
}
