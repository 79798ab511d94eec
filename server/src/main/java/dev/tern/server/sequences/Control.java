package dev.tern.server.sequences;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An input by which a model is told where in its sequence a request stands. */
public sealed interface Control {
    /** The tensor for a request of the sequence {@code id}, which {@link #takes} accepts; its bytes are on the heap. */
    Tensor tensor(SequenceId id, boolean start, boolean end);

    /** Whether it can tell of the sequence {@code id}. */
    boolean takes(SequenceId id);

    /** What is told with one of two values. */
    enum Question {
        /** Whether the request is the first of its sequence. */
        START,
        /** Whether it is the last. */
        END,
        /** Whether there is a request, which is always so here: a run has no empty rows. */
        READY
    }

    /** One of two values. */
    record Flag(Question question, Tensor no, Tensor yes) implements Control {
        @Override
        public Tensor tensor(SequenceId id, boolean start, boolean end) {
            boolean holds = switch (question) {
                case START -> start;
                case END -> end;
                case READY -> true;
            };
            return holds ? yes : no;
        }

        @Override
        public boolean takes(SequenceId id) {
            return true;
        }
    }

    /**
     * The sequence's id.
     *
     * @param type UINT64, INT64, UINT32, INT32 or BYTES
     */
    record Id(String name, DataType type, Shape shape) implements Control {
        @Override
        public Tensor tensor(SequenceId id, boolean start, boolean end) {
            return new Tensor(name, type, shape, Objects.requireNonNull(payload(id)));
        }

        @Override
        public boolean takes(SequenceId id) {
            return payload(id) != null;
        }

        private @Nullable Payload payload(SequenceId id) {
            return id.as(type);
        }
    }
}
