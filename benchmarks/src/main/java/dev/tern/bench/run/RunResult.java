package dev.tern.bench.run;

import dev.tern.bench.input.DrawnLengths;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import dev.tern.bench.verify.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a run found.
 *
 * @param settings what was asked for
 * @param connections how many connections were used
 * @param model the model as the server described it; of a mix the first, here and in the next
 * @param inputs the inputs that were sent, dimensions -1 where requests differed
 * @param lengths what was drawn for dimensions given by a distribution, of all models
 * @param startedAt when the load began, warm-up first
 * @param interrupted whether the run was ended by hand
 * @param measurement the figures
 * @param verdict what checking found; empty where answers were not checked
 * @param notes what the reader should know about the figures, in whole sentences
 * @param observed what was seen beside the figures
 * @param parts the figures by model and step
 */
public record RunResult(
        RunSettings settings,
        int connections,
        ModelInfo model,
        List<TensorInfo> inputs,
        List<DrawnLengths> lengths,
        Instant startedAt,
        boolean interrupted,
        Measurement measurement,
        Optional<Verdict> verdict,
        List<String> notes,
        Observations observed,
        Parts parts) {
    public RunResult {
        inputs = List.copyOf(inputs);
        lengths = List.copyOf(lengths);
        notes = List.copyOf(notes);
    }

    /** Whether an answer differed from its reference. */
    public boolean hasMismatches() {
        return verdict.isPresent() && verdict.get().mismatched() > 0;
    }
}
