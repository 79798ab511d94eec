package dev.tern.server.engine;

import dev.tern.server.tensor.Tensor;
import java.util.List;

/**
 * One request's share of a batch.
 *
 * @param rows the first dimension of its inputs; 1 where the model has no batch dimension
 * @param inputs in the model's order, without optional ones that were left out
 * @param outputs names of the outputs wanted; empty for all
 */
public record BatchItem(int rows, List<Tensor> inputs, List<String> outputs) {}
