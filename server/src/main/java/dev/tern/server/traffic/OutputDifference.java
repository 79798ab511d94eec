package dev.tern.server.traffic;

/** How far one output of two answers is apart, as {@link ComparedAnswer} has it. */
record OutputDifference(String output, double meanAbsolute, double maxAbsolute, double rankCorrelation) {
    /** Of outputs that differ in shape or kind, or one of which is missing. */
    static OutputDifference incomparable(String output) {
        return new OutputDifference(output, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN);
    }
}
