package dev.tern.client.examples;

import dev.tern.client.InferRequest;
import dev.tern.client.InferResult;
import dev.tern.client.RetryPolicy;
import dev.tern.client.Tensor;
import dev.tern.client.TernClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Several requests at once over several servers, without a thread for each. */
public final class ScoreInParallel {
    private ScoreInParallel() {}

    /** The probabilities of each user's candidates; {@code users} are rows of 13 dense features. */
    public static List<float[]> score(List<String> targets, List<float[]> users) {
        try (TernClient client = TernClient.builder(targets)
                .connections(2)
                .retry(RetryPolicy.attempts(2))
                .build()) {
            List<CompletableFuture<InferResult>> pending =
                    users.stream().map(user -> client.inferAsync(request(user))).collect(Collectors.toList());
            return pending.stream()
                    .map(future -> future.join().output("probability").asFloats())
                    .collect(Collectors.toList());
        }
    }

    private static InferRequest request(float[] dense) {
        return InferRequest.model("ranker")
                .input("dense", Tensor.of(dense, dense.length / 13, 13))
                .outputs("probability")
                .build();
    }
}
