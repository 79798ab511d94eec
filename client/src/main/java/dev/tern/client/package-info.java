/**
 * A client for Tern, and for every other server that speaks the Open Inference Protocol (KServe v2) over gRPC.
 *
 * <pre>{@code
 * float[] dense = new float[200 * 13];
 * long[] categorical = new long[200 * 26];
 *
 * try (TernClient client = TernClient.builder("localhost:8001").build()) {
 *     InferResult result = client.infer(InferRequest.model("ranker")
 *             .input("dense", Tensor.of(dense, 200, 13))
 *             .input("categorical", Tensor.of(categorical, 200, 26))
 *             .build());
 *     float[] probability = result.output("probability").asFloats();
 * }
 * }</pre>
 *
 * <p>A {@link dev.tern.client.TernClient} is made once and shared by all threads; requests, results and tensors are
 * immutable. Calls that fail throw {@link dev.tern.client.InferException}, which carries the gRPC status; a mistake in
 * the caller's own code (a shape that does not fit its values, an output read as the wrong type, a closed client) is an
 * {@link java.lang.IllegalArgumentException} or {@link java.lang.IllegalStateException}.
 *
 * <p>{@code client/src/test/java/dev/tern/client/examples} holds this example and others, compiled and run by the build.
 */
@NullMarked
package dev.tern.client;

import org.jspecify.annotations.NullMarked;
