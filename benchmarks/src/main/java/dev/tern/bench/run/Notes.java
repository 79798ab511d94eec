package dev.tern.bench.run;

import dev.tern.bench.measure.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the reader should know about a run's figures. */
final class Notes {
    private Notes() {}

    static List<String> of(RunSettings settings, Measurement measurement, Parts parts) {
        List<String> notes = new ArrayList<>();
        generator(notes, settings, measurement, parts);
        if (measurement.sent() == 0) {
            notes.add("no request fell into the measured window.");
        }
        if (measurement.unanswered() > 0) {
            notes.add(text("%,d requests had not ended when the run was given up.", measurement.unanswered()));
        }
        if (measurement.failed() + measurement.unanswered() > 0) {
            notes.add(text(
                    "the latencies are those of answers: they leave out %,d requests that got none.",
                    measurement.failed() + measurement.unanswered()));
        }
        parts.models().forEach(each -> tooLarge(notes, each, parts.isMix()));
        return notes;
    }

    /** One line at most, whatever shows it. */
    private static void generator(List<String> notes, RunSettings settings, Measurement measurement, Parts parts) {
        String late = parts.steps().stream()
                .filter(each -> each.measurement().sentLate())
                .map(each -> each.stage().rates())
                .collect(Collectors.joining(", "));
        if (measurement.sentLate()) {
            notes.add(
                    "the generator, not the server, was the bottleneck: 1% of the requests or more were sent over 1 ms"
                            + " after their time. Lower --rate, or give the generator more cores of its own.");
        } else if (measurement.isGeneratorBusy()) {
            notes.add(text(
                    "the generator, not the server, was the bottleneck: one of its event loops was at work, or waited"
                            + " for a core, %.0f%% of the time. Raise --threads, which is %d, or give the generator more cores of its own.",
                    100 * measurement.generatorLoad(), settings.threads()));
        } else if (!late.isEmpty()) {
            notes.add("the generator, not the server, was the bottleneck in the steps of " + late
                    + " requests/s: 1% of their requests or more were sent over 1 ms after their time.");
        }
    }

    private static void tooLarge(List<String> notes, ModelResult result, boolean named) {
        int rows = result.pool().mostRows();
        result.model().maxBatchSize().stream()
                .filter(each -> each > 0 && rows > each)
                .forEach(each -> notes.add(text(
                        "requests of %,d rows are larger than %s max_batch_size of %,d.",
                        rows, named ? "the " + result.model().name() + " model's" : "the model's", each)));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
