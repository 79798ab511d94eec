package dev.tern.server.engine;

/** Is told how far a run has come, by the thread that runs it. Must be quick. */
public interface RunPhases {
    /** Nobody who wants to know. */
    RunPhases UNOBSERVED = new RunPhases() {
        @Override
        public void gathered() {}

        @Override
        public void computed() {}
    };

    /** The inputs lie where the model reads them. */
    void gathered();

    /** The model is done; its outputs are still to be taken. Where it was run again, the last time counts. */
    void computed();
}
