package dev.tern.bench.floor;

import dev.tern.bench.models.BenchModels;
import dev.tern.bench.models.Ranker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Puts a workload's model into a model repository. */
final class Models {
    private static final long SEED = 1;

    private Models() {}

    /**
     * Writes the one model.
     *
     * @param launcher of the server, beside whose libraries its demo model is found
     * @param settings what is added to its {@code config.pbtxt}
     */
    static void write(Path repository, Workload workload, Path launcher, String settings) throws IOException {
        String model = workload.model();
        if (model.equals(Ranker.NAME)) {
            Ranker.write(repository, launcher, model, settings);
        } else {
            BenchModels.write(repository, SEED, List.of(model));
            Files.writeString(
                    repository.resolve(model).resolve("config.pbtxt"),
                    settings,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.APPEND);
        }
    }
}
