package dev.tern.bench.figures;

import dev.tern.bench.input.GivenShape;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.PoissonLoad;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One load on one model.
 *
 * @param model the model's name
 * @param load how requests follow one another
 * @param deadline of each request
 * @param priority of each request; empty for the model's default
 * @param rows of each request
 * @param shapes of inputs, where the model leaves them open
 * @param background another load, under way all the time
 */
record Trial(
        String model,
        LoadPlan load,
        Duration deadline,
        OptionalLong priority,
        int rows,
        List<GivenShape> shapes,
        Optional<Trial> background) {
    private static final Duration LONG = Duration.ofSeconds(10);

    Trial {
        shapes = List.copyOf(shapes);
    }

    static Trial closed(String model, int callers) {
        return of(model, new ClosedLoad(callers));
    }

    /** Poisson arrivals; trials of one repetition have one seed, so that they get the same arrivals. */
    static Trial open(String model, double rate, int repetition) {
        return of(model, new PoissonLoad(rate, repetition + 1L));
    }

    Trial within(Duration newDeadline) {
        return new Trial(model, load, newDeadline, priority, rows, shapes, background);
    }

    Trial atPriority(long level) {
        return new Trial(model, load, deadline, OptionalLong.of(level), rows, shapes, background);
    }

    Trial ofRows(int newRows) {
        return new Trial(model, load, deadline, priority, newRows, shapes, background);
    }

    Trial shaped(List<GivenShape> newShapes) {
        return new Trial(model, load, deadline, priority, rows, newShapes, background);
    }

    Trial besides(Trial other) {
        return new Trial(model, load, deadline, priority, rows, shapes, Optional.of(other));
    }

    /** For people. */
    String describe() {
        String level = priority.isPresent() ? ", priority " + priority.getAsLong() : "";
        String size = rows == 1 ? "" : ", " + rows + " rows a request";
        return model + ", " + load.describe() + size + level
                + background.map(other -> " besides " + other.describe()).orElse("");
    }

    private static Trial of(String model, LoadPlan load) {
        return new Trial(model, load, LONG, OptionalLong.empty(), 1, List.of(), Optional.empty());
    }
}
