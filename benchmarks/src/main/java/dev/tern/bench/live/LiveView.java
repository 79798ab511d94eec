package dev.tern.bench.live;

import dev.tern.bench.measure.Second;
import java.io.PrintWriter;
import java.util.function.Consumer;

/**
 * Shows a run as it goes on: on a terminal one line that is written over each second, elsewhere a line every ten seconds.
 * The few control sequences are written by hand: a progress bar library would bring a terminal library with it that asks
 * the terminal and starts processes beside the load. Told by one thread; {@link #end} after that thread's last word.
 */
public final class LiveView implements Consumer<Second> {
    private static final double PLAIN_EVERY_SECONDS = 10;
    /** To the line's start, and cut off at the terminal's edge instead of going on in the next line. */
    private static final String OPEN = "\r\u001b[?7l";
    /** The rest of the line erased; lines go on as before. */
    private static final String CLOSE = "\u001b[K\u001b[?7h";

    private final PrintWriter out;
    private final boolean terminal;
    private final Status status;
    private double silent;

    /**
     * Makes a view.
     *
     * @param terminal whether it is a terminal that the lines go to
     * @param label what each line begins with; may be empty
     */
    public LiveView(PrintWriter out, boolean terminal, String label, Extent extent) {
        this.out = out;
        this.terminal = terminal;
        status = new Status(label, extent);
    }

    @Override
    public void accept(Second second) {
        status.add(second);
        silent += second.seconds();
        if (terminal) {
            out.print(OPEN + status.bar(second) + CLOSE);
            out.flush();
        } else if (Math.round(silent) >= PLAIN_EVERY_SECONDS) {
            silent = 0;
            out.println(status.plain(second));
            out.flush();
        }
    }

    /** Leaves the terminal as it was. */
    public void end() {
        if (terminal) {
            out.print(OPEN + CLOSE);
            out.flush();
        }
    }
}
