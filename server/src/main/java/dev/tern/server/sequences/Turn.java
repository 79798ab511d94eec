package dev.tern.server.sequences;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of its place in a sequence.
 *
 * @param id null of a request that belongs to no sequence
 * @param timeoutNanos how long its sequence may wait for a slot; 0 for any time
 */
record Turn(@Nullable SequenceId id, boolean start, boolean end, long timeoutNanos) {
    /** As Triton has it. */
    private static final int MOST_ID_BYTES = 128;

    /** Far from where sums of times overflow. */
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(3650);

    static Turn of(InferenceRequest request) {
        Map<String, Object> parameters = request.parameters();
        long timeoutMicros = parameters.get("timeout") instanceof Long micros ? Math.max(0, micros) : 0;
        return new Turn(
                SequenceId.of(parameters.get("sequence_id")),
                Boolean.TRUE.equals(parameters.get("sequence_start")),
                Boolean.TRUE.equals(parameters.get("sequence_end")),
                Math.min(LONGEST_NANOS, TimeUnit.MICROSECONDS.toNanos(timeoutMicros)));
    }

    /** Why no sequence of {@code settings} takes {@code request}; null if one may. Triton's wording where it has any. */
    @Nullable
    Failure problem(SequenceSettings settings, InferenceRequest request) {
        if (settings.batched()
                && !request.inputs().isEmpty()
                && request.inputs().get(0).shape().dim(0) != 1) {
            return Failure.invalid(
                    subject(settings) + "must specify batch-size 1 due to requirements of sequence batcher");
        }
        if (id == null) {
            return Failure.invalid(subject(settings) + "must specify a non-zero or non-empty correlation ID");
        }
        if (id.textBytes() > MOST_ID_BYTES) {
            return Failure.invalid(subject(settings) + "has a 'sequence_id' of " + id.textBytes()
                    + " bytes; allowed are " + MOST_ID_BYTES);
        }
        for (Control control : settings.controls()) {
            if (!control.takes(id) && control instanceof Control.Id input) {
                return Failure.invalid(subject(settings) + "has the 'sequence_id' " + id
                        + ", which is no value of input '" + input.name() + "', " + input.type());
            }
        }
        return null;
    }

    private static String subject(SequenceSettings settings) {
        return "inference request to model '" + settings.model() + "' ";
    }
}
