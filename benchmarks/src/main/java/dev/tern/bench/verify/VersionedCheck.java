package dev.tern.bench.verify;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.proto.inference.ModelInferResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Holds each answer against the right one of the version that it says it is of. */
public final class VersionedCheck implements AnswerCheck {
    private final Map<String, ReferenceCheck> versions = new LinkedHashMap<>();
    private final LongAdder strange = new LongAdder();
    private final AtomicReference<@Nullable Mismatch> first = new AtomicReference<>();

    /**
     * @param answers the right answers of each version that may answer
     * @param tolerance the error allowed in floats
     * @throws ReferenceException when two versions give the same answer to a request: then a check could not tell them apart
     */
    public VersionedCheck(Map<String, Answers> answers, double tolerance) {
        answers.forEach((version, each) -> {
            ReferenceCheck check = new ReferenceCheck(each, tolerance);
            versions.forEach((other, before) -> {
                if (before.agreesSomewhereWith(check)) {
                    throw new ReferenceException(
                            "versions " + other + " and " + version + " give a request the same answer");
                }
            });
            versions.put(version, check);
        });
    }

    @Override
    public void check(int request, byte[] answer) {
        ReferenceCheck of = versions.get(version(answer));
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
        Map<String, Long> counts = new HashMap<>();
        for (Map.Entry<String, ReferenceCheck> each : versions.entrySet()) {
            Verdict found = each.getValue().found();
            counts.put(each.getKey(), found.checked());
            all = all.and(found);
        }
        return Optional.of(new Verdict(all.checked(), all.mismatched(), all.first(), counts));
    }
}
