package dev.tern.bench.verify;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.bench.input.RequestPool;
import dev.tern.bench.target.Endpoint;
import dev.tern.proto.inference.ModelInferResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Holds answers under load against those an idle server gave to the same requests, each sent alone. */
public final class ReferenceCheck implements AnswerCheck {
    private final List<byte[]> references;
    private final AnswerComparison comparison;
    private final LongAdder checked = new LongAdder();
    private final LongAdder mismatched = new LongAdder();
    private final AtomicReference<@Nullable Mismatch> first = new AtomicReference<>();

    private ReferenceCheck(List<byte[]> references, double tolerance) {
        this.references = references;
        comparison = new AnswerComparison(tolerance);
    }

    /**
     * Sends each request of the pool alone, waiting for its answer before the next, and keeps the answers.
     *
     * @param tolerance the error allowed in floats, absolute or relative
     * @throws ReferenceException when a request fails
     */
    public static ReferenceCheck record(Endpoint server, RequestPool pool, double tolerance) {
        List<byte[]> references = new ArrayList<>();
        for (int i = 0; i < pool.size(); i++) {
            references.add(ask(server, pool.get(i), i));
        }
        return new ReferenceCheck(references, tolerance);
    }

    @Override
    public void check(int request, byte[] answer) {
        checked.increment();
        byte[] reference = references.get(request);
        if (!Arrays.equals(reference, answer)) {
            compare(reference, answer).ifPresent(found -> {
                mismatched.increment();
                first.compareAndSet(null, found.in(request));
            });
        }
    }

    @Override
    public Optional<Verdict> verdict() {
        return Optional.of(new Verdict(checked.sum(), mismatched.sum(), Optional.ofNullable(first.get())));
    }

    private Optional<Mismatch> compare(byte[] reference, byte[] answer) {
        try {
            return comparison.compare(ModelInferResponse.parseFrom(reference), ModelInferResponse.parseFrom(answer));
        } catch (InvalidProtocolBufferException e) {
            return Optional.of(Mismatch.ofAnswer("a ModelInferResponse", answer.length + " bytes that are none"));
        }
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
