package dev.tern.bench.compare;

import dev.tern.bench.measure.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Alternates two sides in short slices. Used by one thread. */
public final class Duel {
    private static final List<Side> ORDER = List.of(Side.A, Side.B, Side.B, Side.A);

    private final Sides sides;
    private final int rounds;
    private final long seed;
    private final Consumer<Round> told;

    /**
     * Makes a duel.
     *
     * @param rounds how many, at least 1
     * @param seed of the first round's arrivals; within a round all slices have the same
     * @param told each round as it ends
     */
    public Duel(Sides sides, int rounds, long seed, Consumer<Round> told) {
        this.sides = sides;
        this.rounds = rounds;
        this.seed = seed;
        this.told = told;
    }

    /** The rounds that were finished; fewer than asked for when the sides were stopped. Blocks. */
    public List<Round> run() {
        List<Round> done = new ArrayList<>();
        while (done.size() < rounds) {
            Optional<Round> round = round(done.size());
            if (round.isEmpty()) {
                break;
            }
            done.add(round.get());
            told.accept(round.get());
        }
        return List.copyOf(done);
    }

    private Optional<Round> round(int number) {
        List<Measurement> a = new ArrayList<>();
        List<Measurement> b = new ArrayList<>();
        for (Side side : ORDER) {
            String label = "round " + (number + 1) + "/" + rounds + ", " + side;
            Optional<Measurement> slice = sides.measure(side, seed + number, label);
            if (slice.isEmpty()) {
                return Optional.empty();
            }
            (side == Side.A ? a : b).add(slice.get());
        }
        return Optional.of(new Round(a, b));
    }
}
