package dev.tern.bench.verify;

import dev.tern.bench.input.RequestPool;
import dev.tern.bench.target.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The right answers to a pool's requests.
 *
 * @param encoded a ModelInferResponse for each request, in the pool's order
 */
public record Answers(List<byte[]> encoded) {
    public Answers {
        encoded = List.copyOf(encoded);
    }

    /**
     * Sends each request of the pool alone, waiting for its answer before the next, and keeps the answers.
     *
     * @throws ReferenceException when a request fails
     */
    public static Answers ask(Endpoint server, RequestPool pool) {
        List<byte[]> answers = new ArrayList<>();
        for (int i = 0; i < pool.size(); i++) {
            answers.add(ask(server, pool.get(i), i));
        }
        return new Answers(answers);
    }

    private static byte[] ask(Endpoint server, byte[] request, int place) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        server.send(request, new Endpoint.Completion() {
            @Override
            public void answered(byte[] bytes) {
                answer.complete(bytes);
            }

            @Override
            public void failed(String code, String message) {
                answer.completeExceptionally(
                        new ReferenceException("request %d, sent alone for its reference answer, failed with %s: %s"
                                .formatted(place, code, message)));
            }
        });
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ReferenceException reference ? reference : e;
        }
    }
}
