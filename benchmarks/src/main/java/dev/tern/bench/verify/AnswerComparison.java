package dev.tern.bench.verify;

import dev.tern.bench.tensor.Datatype;
import dev.tern.proto.inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Compares two answers: same outputs, datatypes and shapes; whole numbers and bytes equal; floats {@code e} and {@code g}
 * equal, both NaN, or {@code |e - g| <= t} or {@code |e - g| <= s |e|}, where {@code t} is the tolerance and {@code s} the
 * same, or for FP16 and BF16 those datatypes' own precision if that is more.
 */
final class AnswerComparison {
    private static final int SHOWN = 40;

    private final double tolerance;

    AnswerComparison(double tolerance) {
        this.tolerance = tolerance;
    }

    Optional<Mismatch> compare(ModelInferResponse expected, ModelInferResponse got) {
        Map<String, Output> reference = Output.of(expected);
        Map<String, Output> answer = Output.of(got);
        if (!reference.keySet().equals(answer.keySet())) {
            return Optional.of(Mismatch.ofAnswer("outputs " + reference.keySet(), "outputs " + answer.keySet()));
        }
        return reference.values().stream()
                .flatMap(each -> compare(each, answer.getOrDefault(each.name(), each)).stream())
                .findFirst();
    }

    private Optional<Mismatch> compare(Output expected, Output got) {
        if (!expected.form().equals(got.form())) {
            return Optional.of(Mismatch.ofOutput(expected.name(), expected.form(), got.form()));
        }
        if (expected.contents().equals(got.contents())) {
            return Optional.empty();
        }
        Optional<Datatype> datatype = Datatype.named(expected.datatype());
        if (datatype.isPresent() && datatype.get() == Datatype.BYTES) {
            return texts(expected, got);
        }
        if (datatype.isEmpty()
                || expected.contents().size() != got.contents().size()
                || expected.contents().size() % datatype.get().size() != 0) {
            return differentBytes(expected, got);
        }
        return numbers(expected, got, datatype.get());
    }

    private Optional<Mismatch> numbers(Output expected, Output got, Datatype datatype) {
        ByteBuffer want = expected.buffer();
        ByteBuffer have = got.buffer();
        boolean floats = datatype.kind() == Datatype.Kind.FLOAT;
        for (int i = 0; i < want.remaining() / datatype.size(); i++) {
            if (floats) {
                double e = datatype.floatAt(want, i);
                double g = datatype.floatAt(have, i);
                if (!close(e, g, Math.max(tolerance, datatype.ownPrecision()))) {
                    return element(expected, i, Double.toString(e), Double.toString(g));
                }
            } else {
                String e = datatype.integerAt(want, i);
                String g = datatype.integerAt(have, i);
                if (!e.equals(g)) {
                    return element(expected, i, e, g);
                }
            }
        }
        return Optional.empty();
    }

    /** Within the tolerance, or within {@code share} of the expected value. */
    private boolean close(double e, double g, double share) {
        if (e == g || (Double.isNaN(e) && Double.isNaN(g))) {
            return true;
        }
        double difference = Math.abs(e - g);
        // An infinite reference is within any share of itself; only itself will do.
        return Double.isFinite(e) && (difference <= tolerance || difference <= share * Math.abs(e));
    }

    private static Optional<Mismatch> texts(Output expected, Output got) {
        ByteBuffer want = expected.buffer();
        ByteBuffer have = got.buffer();
        for (int i = 0; want.hasRemaining() || have.hasRemaining(); i++) {
            String e = text(want);
            String g = text(have);
            if (!e.equals(g)) {
                return element(expected, i, shown(e), shown(g));
            }
        }
        // The contents differ, if not in their texts: in a length that is not true, or in what is left over.
        return differentBytes(expected, got);
    }

    private static Optional<Mismatch> differentBytes(Output expected, Output got) {
        return Optional.of(Mismatch.ofOutput(
                expected.name(),
                expected.contents().size() + " bytes",
                got.contents().size() + " bytes, not the same"));
    }

    /** Latin-1 keeps every byte apart from every other. */
    private static String text(ByteBuffer contents) {
        if (contents.remaining() < Integer.BYTES) {
            contents.position(contents.limit());
            return "(nothing)";
        }
        int length = contents.getInt();
        byte[] bytes = new byte[Math.max(0, Math.min(length, contents.remaining()))];
        contents.get(bytes);
        return '"' + new String(bytes, StandardCharsets.ISO_8859_1) + '"';
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static Optional<Mismatch> element(Output output, int index, String expected, String got) {
        long rowLength = Math.max(1, output.rowLength());
        return Optional.of(Mismatch.ofElement(output.name(), index / rowLength, index % rowLength, expected, got));
    }
}
