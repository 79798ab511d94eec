package dev.tern.server.boot.checks;

import dev.tern.server.boot.warmup.RowKind;
import dev.tern.server.tensor.JoinedPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.RowSlices;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Makes batches of the rows of sample requests, in any order, those of one shape together. */
final class SampleBatches {
    private SampleBatches() {}

    /**
     * One batch for each choice of inputs, and shape, that {@code samples}, with a batch dimension, have rows of.
     *
     * @param rows of a batch
     */
    static List<List<Tensor>> of(List<List<Tensor>> samples, int rows, Random random) {
        Map<List<RowKind>, List<List<Tensor>>> byKind = new LinkedHashMap<>();
        for (List<Tensor> sample : samples) {
            byKind.computeIfAbsent(RowKind.of(sample), kind -> new ArrayList<>())
                    .addAll(rows(sample));
        }
        return byKind.values().stream()
                .filter(each -> !each.isEmpty() && !each.get(0).isEmpty())
                .map(each -> join(draw(each, rows, random)))
                .toList();
    }

    private static List<List<Tensor>> rows(Collection<Tensor> sample) {
        List<RowSlices> inputs =
                sample.stream().map(tensor -> RowSlices.of(tensor, 1)).toList();
        int rows = inputs.isEmpty() ? 0 : inputs.get(0).count();
        return IntStream.range(0, rows)
                .mapToObj(row -> inputs.stream().map(input -> input.slice(row)).toList())
                .toList();
    }

    private static List<List<Tensor>> draw(List<List<Tensor>> from, int rows, Random random) {
        return IntStream.range(0, rows)
                .mapToObj(row -> from.get(random.nextInt(from.size())))
                .toList();
    }

    private static List<Tensor> join(List<List<Tensor>> rows) {
        List<Tensor> first = rows.get(0);
        List<Tensor> inputs = new ArrayList<>(first.size());
        for (int i = 0; i < first.size(); i++) {
            int input = i;
            Tensor each = first.get(i);
            List<Payload> payloads =
                    rows.stream().map(row -> row.get(input).data()).toList();
            inputs.add(new Tensor(
                    each.name(), each.type(), each.shape().withRows(rows.size()), JoinedPayload.of(payloads)));
        }
        return inputs;
    }
}
