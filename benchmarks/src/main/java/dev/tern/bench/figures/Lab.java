package dev.tern.bench.figures;

/** Where trials are made. */
interface Lab {
    /** Makes one trial; blocks until it is over. */
    Reading measure(Trial trial);
}
