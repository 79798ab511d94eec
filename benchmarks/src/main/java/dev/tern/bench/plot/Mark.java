package dev.tern.bench.plot;

import java.util.Locale;

/** The marks by which lines differ where colours cannot be told apart. */
enum Mark {
    CIRCLE("M%1$.1f %2$.1fm-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0"),
    SQUARE("M%1$.1f %2$.1fm-3.2 -3.2h6.4v6.4h-6.4z"),
    TRIANGLE("M%1$.1f %2$.1fm0 -4.2l4 7.2h-8z"),
    DIAMOND("M%1$.1f %2$.1fm0 -4.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z");

    private final String shape;

    Mark(String shape) {
        this.shape = shape;
    }

    /** The mark of the line at this place, counted round. */
    static Mark of(int line) {
        return values()[line % values().length];
    }

    /** Its outline around a point, as an SVG path. */
    String at(double x, double y) {
        return String.format(Locale.ROOT, shape, x, y);
    }
}
