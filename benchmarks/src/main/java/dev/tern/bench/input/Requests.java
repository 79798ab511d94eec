package dev.tern.bench.input;

/** Where a pool's requests come from. Any thread may ask. */
interface Requests {
    int size();

    /** The request at this place, encoded; not to be changed. */
    byte[] get(int index);

    /** How many rows it has. */
    int rows(int index);
}
