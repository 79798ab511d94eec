package dev.tern.bench.run;

import dev.tern.bench.input.RequestPool;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.verify.AnswerCheck;

/**
 * One model of a run before the load.
 *
 * @param settings what was asked for
 * @param model the model as the server described it
 * @param pool its requests
 * @param check knows the right answers
 */
record Described(ModelSettings settings, ModelInfo model, RequestPool pool, AnswerCheck check) {}
