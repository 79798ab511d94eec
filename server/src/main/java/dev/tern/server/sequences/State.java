package dev.tern.server.sequences;

import dev.tern.server.tensor.Tensor;

/**
 * A tensor that the model hands on from one request of a sequence to the next.
 *
 * @param output what the model calls it where it gives it
 * @param initial what the first request of a sequence gets, by the name of the input that takes it; on the heap
 */
public record State(String output, Tensor initial) {}
