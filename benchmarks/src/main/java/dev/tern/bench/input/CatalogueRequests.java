package dev.tern.bench.input;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.tern.bench.draw.Counted;
import dev.tern.bench.draw.Weighted;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.Datatype;
import dev.tern.bench.tensor.TensorInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Requests of a {@link Catalogue}, each made when it is sent: a hundred thousand of them would not fit into memory, and
 * making one takes some 20 µs. A row is one of a few random rows, with its number written over its first two
 * floats. Immutable.
 */
final class CatalogueRequests implements Requests {
    private static final long SEED = 1;
    /** Few enough to stay in a core's caches. */
    private static final int PATTERNS = 64;

    /** A float below 1 holds so many bits exactly. */
    private static final int BITS = 20;

    private static final VarHandle FLOATS =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    /** In an encoded request, before each input's contents and their length. */
    private static final int TAG = 1;

    private final byte[] template;
    private final List<Rows> inputs;
    private final Rows numbered;
    private final int rows;
    private final int size;
    private final Catalogue catalogue;
    private final Weighted popularity;

    private CatalogueRequests(
            byte[] template, List<Rows> inputs, Rows numbered, InputSettings settings, Catalogue from) {
        this.template = template;
        this.inputs = List.copyOf(inputs);
        this.numbered = numbered;
        this.rows = settings.rows();
        this.size = settings.distinct();
        this.catalogue = from;
        this.popularity = Weighted.zipf(from.rows(), from.exponent());
    }

    /**
     * Makes the pool of a model's requests.
     *
     * @throws InputException when an input has no row for each row of a request, or no input has room for a row's number
     */
    static RequestPool pool(RequestHead head, ModelInfo model, InputSettings settings, Catalogue catalogue) {
        model.inputs().forEach(CatalogueRequests::requireRows);
        List<FilledTensor> tensors = new ArrayList<>();
        List<Rows> inputs = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(SEED);
        for (InputTensor each : InputPlan.of(model, PATTERNS, List.of(), settings.ranges())) {
            inputs.add(new Rows(Contents.random(each, random).toByteArray(), PATTERNS));
        }
        for (InputTensor each : InputPlan.of(model, settings.rows(), List.of(), settings.ranges())) {
            int bytes = each.elements() * each.datatype().size();
            tensors.add(new FilledTensor(each.info(), ByteString.copyFrom(new byte[bytes])));
        }
        byte[] template = head.encoded(tensors);
        List<Rows> placed = placed(inputs, tensors, template.length);
        PoolInfo info = new PoolInfo(
                settings.distinct(),
                settings.rows(),
                settings.rows(),
                (long) template.length * settings.distinct(),
                tensors.stream().map(FilledTensor::info).toList(),
                List.of());
        Rows numbered = placed.get(numbered(model, tensors));
        return new RequestPool(new CatalogueRequests(template, placed, numbered, settings, catalogue), info);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int rows(int index) {
        return rows;
    }

    @Override
    public byte[] get(int index) {
        byte[] request = template.clone();
        long number = catalogue.first() + index;
        if (rows == 1) {
            write(request, 0, number);
            return request;
        }
        Counted draws = new Counted(SEED, number);
        long[] taken = new long[(catalogue.rows() + Long.SIZE - 1) / Long.SIZE];
        int place = 0;
        for (long n = 0; place < rows; n++) {
            int row = popularity.pick(draws.bits(n));
            long bit = 1L << row;
            if ((taken[row / Long.SIZE] & bit) == 0) {
                taken[row / Long.SIZE] |= bit;
                write(request, place, row);
                place++;
            }
        }
        return request;
    }

    private void write(byte[] request, int place, long row) {
        int pattern = (int) (row % PATTERNS);
        for (int i = 0; i < inputs.size(); i++) {
            inputs.get(i).copy(pattern, request, place);
        }
        int at = numbered.at(place);
        FLOATS.set(request, at, share(row));
        FLOATS.set(request, at + Float.BYTES, share(row >>> BITS));
    }

    /** The lowest bits as a number from 0 to 1, another for each. */
    private static float share(long bits) {
        return (bits & ((1L << BITS) - 1)) / (float) (1L << BITS);
    }

    private static void requireRows(TensorInfo input) {
        if (!input.leadsWithRows() || input.datatype().equals(Datatype.BYTES.name())) {
            throw new InputException(
                    "input %s is not for a catalogue (expected: numbers, and a variable first dimension)"
                            .formatted(input));
        }
    }

    private static int numbered(ModelInfo model, List<FilledTensor> tensors) {
        for (int i = 0; i < tensors.size(); i++) {
            FilledTensor each = tensors.get(i);
            long bytes = each.contents().size() / each.info().shape().get(0);
            if (each.info().datatype().equals(Datatype.FP32.name()) && bytes >= 2 * Float.BYTES) {
                return i;
            }
        }
        throw new InputException(
                "model '%s' has no input of two FP32 numbers or more a row, which a catalogue's rows are"
                                .formatted(model.name())
                        + " told apart by");
    }

    /** Contents stand at a request's end, in the inputs' order, each behind its tag and length. */
    private static List<Rows> placed(List<Rows> inputs, List<FilledTensor> tensors, int end) {
        List<Rows> placed = new ArrayList<>();
        int next = end;
        for (int i = inputs.size() - 1; i >= 0; i--) {
            int length = tensors.get(i).contents().size();
            placed.add(0, inputs.get(i).startingAt(next - length));
            next -= length + CodedOutputStream.computeUInt32SizeNoTag(length) + TAG;
        }
        return placed;
    }

    /** The rows of one input: the patterns, and where a request has its own. */
    private static final class Rows {
        private final byte[] patterns;
        private final int rowBytes;
        private final int start;

        Rows(byte[] patterns, int count) {
            this(patterns, patterns.length / count, 0);
        }

        private Rows(byte[] patterns, int rowBytes, int start) {
            this.patterns = patterns;
            this.rowBytes = rowBytes;
            this.start = start;
        }

        Rows startingAt(int newStart) {
            return new Rows(patterns, rowBytes, newStart);
        }

        int at(int place) {
            return start + place * rowBytes;
        }

        void copy(int pattern, byte[] request, int place) {
            System.arraycopy(patterns, pattern * rowBytes, request, at(place), rowBytes);
        }
    }
}
