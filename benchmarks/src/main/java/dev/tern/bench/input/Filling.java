package dev.tern.bench.input;

import com.google.protobuf.ByteString;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.Datatype;
import dev.tern.bench.tensor.TensorInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Fills the inputs of made requests: from a vocabulary, with zeros, or at random. Immutable. */
final class Filling {
    private final Map<String, Vocabulary> vocabularies;
    private final boolean zero;

    private Filling(Map<String, Vocabulary> vocabularies, boolean zero) {
        this.vocabularies = vocabularies;
        this.zero = zero;
    }

    /** @throws InputException when a vocabulary names no input, cannot be read or does not fit */
    static Filling of(ModelInfo model, InputSettings settings) {
        Map<String, Vocabulary> vocabularies = new HashMap<>();
        for (NamedFile each : settings.vocabularies()) {
            if (settings.ranges().stream().anyMatch(range -> range.input().equals(each.input()))) {
                throw new InputException("--vocabulary %s: the input has a --range, too".formatted(each.input()));
            }
            vocabularies.put(each.input(), Vocabulary.read(each.file(), datatype(model, each.input())));
        }
        return new Filling(vocabularies, settings.zero());
    }

    ByteString contents(InputTensor input, SplittableRandom random) {
        Vocabulary vocabulary = vocabularies.get(input.name());
        if (vocabulary != null) {
            return vocabulary.draw(input.elements(), random);
        }
        return zero ? zeros(input) : Contents.random(input, random);
    }

    /** An empty text is nothing but its length, 0. */
    private static ByteString zeros(InputTensor input) {
        int size = input.datatype() == Datatype.BYTES
                ? Integer.BYTES
                : input.datatype().size();
        return ByteString.copyFrom(new byte[Math.multiplyExact(input.elements(), size)]);
    }

    private static Datatype datatype(ModelInfo model, String name) {
        Datatype datatype = model.inputs().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .flatMap(each -> Datatype.named(each.datatype()))
                .orElseThrow(() -> new InputException("--vocabulary %s: model '%s' has no such input (it has: %s)"
                        .formatted(
                                name,
                                model.name(),
                                model.inputs().stream().map(TensorInfo::name).collect(Collectors.joining(", ")))));
        if (datatype == Datatype.BOOL) {
            throw new InputException("--vocabulary %s: a BOOL input takes no vocabulary".formatted(name));
        }
        return datatype;
    }
}
