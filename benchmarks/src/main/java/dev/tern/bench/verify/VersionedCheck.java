package dev.tern.bench.verify;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.proto.inference.ModelInferResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Holds each answer against the right one of the version that it says it is of. */
public final class VersionedCheck implements AnswerCheck {
    private final Map<String, AnswerCheck> versions;
    private final LongAdder strange = new LongAdder();
    private final AtomicReference<@Nullable Mismatch> first = new AtomicReference<>();

    /** @param versions what knows the right answers of each version that may answer */
    public VersionedCheck(Map<String, AnswerCheck> versions) {
        this.versions = Map.copyOf(versions);
    }

    @Override
    public void check(int request, byte[] answer) {
        AnswerCheck of = versions.get(version(answer));
        if (of == null) {
            strange.increment();
            first.compareAndSet(
                    null,
                    Mismatch.ofAnswer("one of versions " + versions.keySet(), "'" + version(answer) + "'")
                            .in(request));
        } else {
            of.check(request, answer);
        }
    }

    private static String version(byte[] answer) {
        try {
            return ModelInferResponse.parseFrom(answer).getModelVersion();
        } catch (InvalidProtocolBufferException e) {
            return "";
        }
    }

    @Override
    public Optional<Verdict> verdict() {
        Verdict all = new Verdict(strange.sum(), strange.sum(), Optional.ofNullable(first.get()));
        return Optional.of(versions.values().stream()
                .flatMap(each -> each.verdict().stream())
                .reduce(all, Verdict::and));
    }
}
