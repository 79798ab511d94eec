package dev.tern.bench.run;

import dev.tern.bench.measure.Measurement;
import dev.tern.bench.target.ModelInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the reader should know about a run's figures. */
final class Notes {
    private Notes() {}

    static List<String> of(RunSettings settings, ModelInfo model, Measurement measurement) {
        List<String> notes = new ArrayList<>();
        if (measurement.isGeneratorLimited()) {
            notes.add(
                    "the generator, not the server, was the bottleneck: 1% of the requests or more were sent over 1 ms"
                            + " after their time. Lower --rate, or give the generator more cores of its own.");
        }
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
        model.maxBatchSize().stream()
                .filter(each -> each > 0 && settings.rows() > each)
                .forEach(each -> notes.add(text(
                        "requests of %,d rows are larger than the model's max_batch_size of %,d.",
                        settings.rows(), each)));
        return notes;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
