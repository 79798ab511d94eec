package dev.tern.bench.run;

/** Who looks on while one run after another goes on. */
public interface Onlooker {
    /**
     * Looks onto a run that is about to begin.
     *
     * @param label what the run is called; may be empty
     */
    Instruments onto(RunSettings settings, String label);

    /** The run has ended, well or not. */
    void ended();
}
