package dev.tern.client.examples;

import dev.tern.client.InferRequest;
import dev.tern.client.InferResult;
import dev.tern.client.Tensor;
import dev.tern.client.TernClient;

/** Scores 200 candidates with the demo's {@code ranker}: the example of the package's Javadoc. */
public final class ScoreCandidates {
    private ScoreCandidates() {}

    /**
     * Prints the first candidate's probability.
     *
     * @param args the server's {@code host:port}; localhost:8001 without
     */
    public static void main(String... args) {
        float[] probability = score(args.length == 0 ? "localhost:8001" : args[0]);
        System.out.println(probability[0]);
    }

    /** The probability of a click, for each of 200 candidates. */
    public static float[] score(String target) {
        float[] dense = new float[200 * 13];
        long[] categorical = new long[200 * 26];

        try (TernClient client = TernClient.builder(target).build()) {
            InferResult result = client.infer(InferRequest.model("ranker")
                    .input("dense", Tensor.of(dense, 200, 13))
                    .input("categorical", Tensor.of(categorical, 200, 26))
                    .build());
            return result.output("probability").asFloats();
        }
    }
}
