package dev.tern.server.repository;

import dev.tern.proto.inference.ModelVersionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Which versions a model's directory offers, and which of them its policy takes. */
final class VersionDirectories {
    private VersionDirectories() {}

    /** Every directory that is named by a decimal number; other directories hold other things. */
    static SortedSet<Long> list(Path modelDirectory, String model, Consumer<String> oddities) throws IOException {
        SortedSet<Long> versions = new TreeSet<>();
        try (Stream<Path> files = Files.list(modelDirectory)) {
            for (Path each : files.filter(Files::isDirectory).toList()) {
                String name = String.valueOf(each.getFileName());
                if (isDecimal(name)) {
                    add(name, model, versions, oddities);
                }
            }
        }
        return versions;
    }

    /** The selected versions, ascending. */
    static List<Long> select(
            SortedSet<Long> available, ModelVersionPolicy policy, String model, Consumer<String> oddities) {
        List<Long> all = List.copyOf(available);
        return switch (policy.getPolicyChoiceCase()) {
            case ALL -> all;
            case LATEST -> {
                long count = Integer.toUnsignedLong(policy.getLatest().getNumVersions());
                yield all.subList((int) Math.max(0, all.size() - count), all.size());
            }
            case SPECIFIC -> specific(available, policy.getSpecific().getVersionsList(), model, oddities);
            case POLICYCHOICE_NOT_SET -> throw new IllegalArgumentException("version_policy was not normalised");
        };
    }

    private static void add(String name, String model, SortedSet<Long> versions, Consumer<String> oddities) {
        if (name.length() > 1 && name.startsWith("0")) {
            oddities.accept(
                    "Model '" + model + "': version directory '" + name + "' is ignored, its name has a leading zero");
            return;
        }
        try {
            versions.add(Long.parseLong(name));
        } catch (NumberFormatException e) {
            oddities.accept("Model '" + model + "': version directory '" + name + "' is ignored, a version is at most "
                    + Long.MAX_VALUE);
        }
    }

    private static List<Long> specific(
            SortedSet<Long> available, List<Long> wanted, String model, Consumer<String> oddities) {
        List<Long> selected = new ArrayList<>();
        for (long version : new TreeSet<>(wanted)) {
            if (available.contains(version)) {
                selected.add(version);
            } else {
                oddities.accept("Model '" + model + "': version " + version
                        + " of its version_policy has no directory, skipped");
            }
        }
        return selected;
    }

    private static boolean isDecimal(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
