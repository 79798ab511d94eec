package dev.tern.server.boot.settings;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.proto.inference.ModelSequenceBatching;
import dev.tern.proto.inference.ModelSequenceBatching.ControlInput;
import dev.tern.proto.inference.ModelSequenceBatching.InitialState;
import dev.tern.server.predict.Failure;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.config.DataTypes;
import dev.tern.server.repository.config.SequenceTensors;
import dev.tern.server.sequences.Control;
import dev.tern.server.sequences.Control.Question;
import dev.tern.server.sequences.SequenceSettings;
import dev.tern.server.sequences.State;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a model's configuration says about its sequences. Reads configurations that were checked and are complete. */
public final class SequenceConfig {
    /** Far from where sums of times overflow. */
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(3650);

    private final ModelConfig config;
    private final ModelSequenceBatching sequences;
    private final boolean batched;

    /** @param config with sequence_batching */
    public SequenceConfig(ModelConfig config) {
        this.config = config;
        this.sequences = config.getSequenceBatching();
        this.batched = config.getMaxBatchSize() > 0;
    }

    /**
     * What is in force; reads the files of initial states.
     *
     * @param modelDirectory where they are
     * @param maxWaiting requests that may wait for those before them; 0 for any number
     * @param overload what those beyond are answered with
     * @throws VersionLoadException if a file cannot be read or does not fit
     */
    public SequenceSettings settings(Path modelDirectory, int maxWaiting, Failure.Kind overload)
            throws VersionLoadException {
        List<State> states = new ArrayList<>();
        for (ModelSequenceBatching.State each : sequences.getStateList()) {
            states.add(state(each, modelDirectory.resolve("initial_state")));
        }
        return new SequenceSettings(
                config.getName(),
                batched,
                slots(),
                idleNanos(),
                maxWaiting,
                overload,
                sequences.getControlInputList().stream().map(this::control).toList(),
                states,
                config.getOutputList().stream().map(ModelOutput::getName).toList());
    }

    /** Sequences that may be under way at a time: of each instance as many as it has rows, or candidates. */
    public int slots() {
        int each = sequences.hasOldest()
                ? sequences.getOldest().getMaxCandidateSequences()
                : Math.max(1, config.getMaxBatchSize());
        return (int) Math.min(Integer.MAX_VALUE, (long) each * new ModelSettings(config).instances());
    }

    private long idleNanos() {
        // Unsigned in the configuration: what looks negative here is very large.
        long micros = sequences.getMaxSequenceIdleMicroseconds();
        return micros < 0 ? LONGEST_NANOS : Math.min(LONGEST_NANOS, TimeUnit.MICROSECONDS.toNanos(micros));
    }

    private Control control(ControlInput input) {
        ModelSequenceBatching.Control control = input.getControl(0);
        return switch (control.getKind()) {
            case CONTROL_SEQUENCE_START -> flag(Question.START, input.getName(), control);
            case CONTROL_SEQUENCE_END -> flag(Question.END, input.getName(), control);
            case CONTROL_SEQUENCE_READY -> flag(Question.READY, input.getName(), control);
            case CONTROL_SEQUENCE_CORRID ->
                new Control.Id(input.getName(), DataTypes.ofConfig(control.getDataType()), shape(Shape.of(1)));
            case UNRECOGNIZED -> throw new IllegalArgumentException("the configuration was not checked");
        };
    }

    private Control flag(Question question, String name, ModelSequenceBatching.Control control) {
        DataType type = DataTypes.ofConfig(SequenceTensors.controlType(control));
        return new Control.Flag(question, value(name, type, control, 0), value(name, type, control, 1));
    }

    private Tensor value(String name, DataType type, ModelSequenceBatching.Control control, int which) {
        byte[] bytes = new byte[type.elementSize()];
        ByteBuffer element = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (type == DataType.INT32) {
            element.putInt(control.getInt32FalseTrue(which));
        } else if (type == DataType.FP32) {
            element.putFloat(control.getFp32FalseTrue(which));
        } else {
            element.put((byte) (control.getBoolFalseTrue(which) ? 1 : 0));
        }
        return new Tensor(name, type, shape(Shape.of(1)), HeapPayload.wrap(bytes));
    }

    private Shape shape(Shape row) {
        return batched ? row.rows(1) : row;
    }

    /** Without an initial state it is zeros, of size 1 where a dimension varies, as in Triton. */
    private State state(ModelSequenceBatching.State state, Path directory) throws VersionLoadException {
        DataType type = DataTypes.ofConfig(state.getDataType());
        boolean given = state.getInitialStateCount() > 0;
        InitialState initial = given ? state.getInitialState(0) : InitialState.getDefaultInstance();
        Shape row = Shape.of((given ? initial.getDimsList() : state.getDimsList())
                .stream().mapToLong(dim -> dim == Shape.VARIABLE ? 1 : dim).toArray());
        String subject = "initial state of '" + state.getInputName() + "'";
        int elements = elements(row, type, subject);
        byte[] data = initial.hasDataFile()
                ? file(directory.resolve(initial.getDataFile()), type, elements, subject)
                : zeros(type, elements);
        return new State(
                state.getOutputName(), new Tensor(state.getInputName(), type, shape(row), HeapPayload.wrap(data)));
    }

    private static int elements(Shape row, DataType type, String subject) throws VersionLoadException {
        try {
            int elements = Math.toIntExact(row.elements());
            int unused = Math.multiplyExact(elements, Math.max(Integer.BYTES, type.elementSize()));
            return elements;
        } catch (ArithmeticException e) {
            throw new VersionLoadException(subject + ": shape " + row + " is too large", e);
        }
    }

    private static byte[] zeros(DataType type, int elements) {
        return type.hasFixedSize()
                ? new byte[elements * type.elementSize()]
                : BytesElements.write(Collections.nCopies(elements, new byte[0]));
    }

    private static byte[] file(Path file, DataType type, int elements, String subject) throws VersionLoadException {
        byte[] data;
        try {
            data = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new VersionLoadException(
                    subject + ": the file initial_state/" + file.getFileName() + " cannot be read", e);
        }
        if (type.hasFixedSize()) {
            require(
                    data.length == elements * type.elementSize(),
                    subject + ": the file initial_state/" + file.getFileName() + " has " + data.length
                            + " bytes, expected " + elements * type.elementSize());
        } else {
            BytesElements read = BytesElements.read(HeapPayload.wrap(data), elements);
            require(
                    read.truncation() == null && read.elements().size() == elements,
                    subject + ": the file initial_state/" + file.getFileName() + " does not hold " + elements
                            + " texts, each led by its length");
        }
        return data;
    }

    private static void require(boolean holds, String otherwise) throws VersionLoadException {
        if (!holds) {
            throw new VersionLoadException(otherwise);
        }
    }
}
