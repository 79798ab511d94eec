package dev.tern.server.rpc.wire;

import dev.tern.server.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An input tensor as it came, without its raw contents, which are apart from it. */
public final class InputMessage {
    private static final long[] NO_DIMS = {};

    String name = "";
    String datatype = "";
    Map<String, Parameter> parameters = Map.of();

    @Nullable
    ContentsMessage contents;

    private long[] dims = NO_DIMS;
    private int rank;

    InputMessage() {}

    public String name() {
        return name;
    }

    /** As it was spelled. */
    public String datatype() {
        return datatype;
    }

    /** What it says, whether it makes sense or not. */
    public Shape shape() {
        return Shape.wrap(rank == dims.length ? dims : Arrays.copyOf(dims, rank));
    }

    /** In the order in which they came. */
    public Map<String, Parameter> parameters() {
        return parameters;
    }

    /** The typed contents; null if there are none, which is not the same as empty ones. */
    public @Nullable ContentsMessage contents() {
        return contents;
    }

    /** Makes room for {@code more} dimensions. */
    void reserveDims(int more) {
        if (rank + more > dims.length) {
            dims = Arrays.copyOf(dims, Math.max(rank + more, 2 * rank));
        }
    }

    void addDim(long dim) {
        reserveDims(1);
        dims[rank++] = dim;
    }
}
