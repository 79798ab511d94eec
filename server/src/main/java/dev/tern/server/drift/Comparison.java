package dev.tern.server.drift;

/**
 * What a window came to.
 *
 * @param statistic 0 where it is like the reference
 * @param pValue how likely at least so much is where nothing has drifted
 */
record Comparison(double statistic, double pValue) {}
