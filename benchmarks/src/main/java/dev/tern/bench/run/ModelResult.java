package dev.tern.bench.run;

import dev.tern.bench.input.PoolInfo;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.ServerCounts;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.verify.Verdict;
import java.util.Optional;

/**
 * What a run found of one model.
 *
 * @param settings what was asked for
 * @param model the model as the server described it
 * @param pool the requests that were made or read
 * @param verdict what checking found; empty where answers were not checked
 * @param rowsInWindow rows of the answers that arrived within the window
 * @param measurement the figures of its requests; their own send delays and number in flight are not among them, unless it
 *     is the only model
 * @param counts what the server counted of the model within the window; empty where it does not tell
 */
public record ModelResult(
        ModelSettings settings,
        ModelInfo model,
        PoolInfo pool,
        Optional<Verdict> verdict,
        long rowsInWindow,
        Measurement measurement,
        Optional<ServerCounts> counts) {}
