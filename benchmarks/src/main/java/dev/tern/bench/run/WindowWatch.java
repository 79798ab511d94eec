package dev.tern.bench.run;

/** Told when the measured window begins and ends, to read other meters then. */
public interface WindowWatch {
    /** Watches nothing. */
    WindowWatch NONE = new WindowWatch() {
        @Override
        public void began() {}

        @Override
        public void ended() {}
    };

    /** The first request that is measured is about to be sent, by this thread; not called where there is none. */
    void began();

    /** The window is over; called by the thread of the run, before it waits for answers that are still due. */
    void ended();
}
