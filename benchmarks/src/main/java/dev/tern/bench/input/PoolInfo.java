package dev.tern.bench.input;

import dev.tern.bench.tensor.TensorInfo;
import java.util.List;

/**
 * What the distinct requests of one model are.
 *
 * @param distinct how many there are
 * @param fewestRows the smallest number of rows in one; 1 where no input's first dimension varies
 * @param mostRows the largest
 * @param bytes their size, encoded, all together
 * @param inputs the inputs, dimensions -1 where requests differ
 * @param lengths what was drawn for dimensions given by a distribution
 */
public record PoolInfo(
        int distinct, int fewestRows, int mostRows, long bytes, List<TensorInfo> inputs, List<DrawnLengths> lengths) {
    public PoolInfo {
        inputs = List.copyOf(inputs);
        lengths = List.copyOf(lengths);
    }
}
