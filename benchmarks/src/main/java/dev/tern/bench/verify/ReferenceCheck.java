package dev.tern.bench.verify;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.proto.inference.ModelInferResponse;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Holds answers under load against the right ones. */
public final class ReferenceCheck implements AnswerCheck {
    private final Answers references;
    private final AnswerComparison comparison;
    private final LongAdder checked = new LongAdder();
    private final LongAdder mismatched = new LongAdder();
    private final AtomicReference<@Nullable Mismatch> first = new AtomicReference<>();

    /** @param tolerance the error allowed in floats, absolute or relative */
    public ReferenceCheck(Answers references, double tolerance) {
        this.references = references;
        comparison = new AnswerComparison(tolerance);
    }

    @Override
    public void check(int request, byte[] answer) {
        checked.increment();
        byte[] reference = references.encoded().get(request);
        if (!Arrays.equals(reference, answer)) {
            compare(reference, answer).ifPresent(found -> {
                mismatched.increment();
                first.compareAndSet(null, found.in(request));
            });
        }
    }

    @Override
    public Optional<Verdict> verdict() {
        return Optional.of(found());
    }

    Verdict found() {
        return new Verdict(checked.sum(), mismatched.sum(), Optional.ofNullable(first.get()));
    }

    /** Whether some request has the same right answer by both. */
    boolean agreesSomewhereWith(ReferenceCheck other) {
        return IntStream.range(0, references.encoded().size())
                .anyMatch(i -> compare(
                                references.encoded().get(i),
                                other.references.encoded().get(i))
                        .isEmpty());
    }

    private Optional<Mismatch> compare(byte[] reference, byte[] answer) {
        try {
            return comparison.compare(ModelInferResponse.parseFrom(reference), ModelInferResponse.parseFrom(answer));
        } catch (InvalidProtocolBufferException e) {
            return Optional.of(Mismatch.ofAnswer("a ModelInferResponse", answer.length + " bytes that are none"));
        }
    }
}
