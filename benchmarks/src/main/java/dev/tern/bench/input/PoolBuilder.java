package dev.tern.bench.input;

import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;

/** Encodes requests one by one, as long as they fit into its share of the heap. Not thread-safe. */
final class PoolBuilder {
    /** Of an array and the reference to it. */
    private static final int OVERHEAD = 24;

    private final RequestHead head;
    private final ModelInfo model;
    private final long largest;
    private final List<byte[]> requests = new ArrayList<>();
    private final List<Integer> rows = new ArrayList<>();
    private List<TensorInfo> described = List.of();
    private long bytes;

    /** @param largest the bytes of heap that all requests together may take */
    PoolBuilder(RequestHead head, ModelInfo model, long largest) {
        this.head = head;
        this.model = model;
        this.largest = largest;
    }

    /** @throws InputException when the requests have become too many or too large */
    void add(List<FilledTensor> inputs) {
        byte[] encoded = head.encoded(inputs);
        bytes += encoded.length;
        if (bytes + (long) OVERHEAD * requests.size() > largest) {
            throw tooLarge();
        }
        List<TensorInfo> infos = inputs.stream().map(FilledTensor::info).toList();
        described = requests.isEmpty() ? infos : common(described, infos);
        requests.add(encoded);
        rows.add(rows(infos));
    }

    RequestPool built(List<DrawnLengths> lengths) {
        IntSummaryStatistics summary = rows.stream().mapToInt(Integer::intValue).summaryStatistics();
        PoolInfo info = new PoolInfo(requests.size(), summary.getMin(), summary.getMax(), bytes, described, lengths);
        int[] counts = rows.stream().mapToInt(Integer::intValue).toArray();
        return new RequestPool(new EncodedRequests(requests, counts), info);
    }

    private int rows(List<TensorInfo> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            if (model.inputs().get(i).leadsWithRows()) {
                return Math.toIntExact(inputs.get(i).shape().get(0));
            }
        }
        return 1;
    }

    private InputException tooLarge() {
        return new InputException(String.format(
                Locale.ROOT,
                "the first %,d distinct requests take %,d MB, more than the %,d MB that the generator keeps for them"
                        + " (half of its heap): lower --distinct, or start it with more, as in"
                        + " TERN_BENCH_JAVA_OPTS='-XX:+UseParallelGC -Xmx8g'",
                requests.size() + 1,
                bytes >> 20,
                largest >> 20));
    }

    private static List<TensorInfo> common(List<TensorInfo> described, List<TensorInfo> inputs) {
        if (described.equals(inputs)) {
            return described;
        }
        List<TensorInfo> common = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            List<Long> shape = new ArrayList<>(described.get(i).shape());
            for (int d = 0; d < shape.size(); d++) {
                if (!shape.get(d).equals(inputs.get(i).shape().get(d))) {
                    shape.set(d, -1L);
                }
            }
            common.add(new TensorInfo(described.get(i).name(), described.get(i).datatype(), shape));
        }
        return common;
    }
}
