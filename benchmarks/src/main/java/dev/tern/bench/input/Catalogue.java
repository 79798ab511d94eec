package dev.tern.bench.input;

/**
 * Rows that requests are put together from, as those for a recommender are from its candidates: a request is so many
 * different rows, drawn by its number, the k-th most popular in proportion to k<sup>-exponent</sup>; a request of one row
 * is the row of its number. The same number is the same request, in this process and in any other.
 *
 * @param rows how many rows there are, at least as many as a request has
 * @param exponent of Zipf's law
 * @param first the number of the request at place 0 of a pool; the one at place n has n more. At most 2<sup>40</sup> less
 *     the pool's size
 */
public record Catalogue(int rows, double exponent, long first) {}
