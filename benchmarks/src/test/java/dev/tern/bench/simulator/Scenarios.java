package dev.tern.bench.simulator;

/** Scenarios for tests: one instance, one row a request, unless said otherwise. */
final class Scenarios {
    private String curve = "1:1ms,8:1.4ms,64:5ms";
    private String arrivals = "poisson";
    private String rows = "1";
    private String lengths = "1";
    private String deadline = "none";
    private double noise;
    private int instances = 1;
    private double lowerShare;
    private int requests = 20_000;
    private int warmUp;
    private long seed = 1;

    Scenarios curve(String text) {
        curve = text;
        return this;
    }

    Scenarios arrivals(String text) {
        arrivals = text;
        return this;
    }

    Scenarios rows(String text) {
        rows = text;
        return this;
    }

    Scenarios lengths(String text) {
        lengths = text;
        return this;
    }

    Scenarios deadline(String text) {
        deadline = text;
        return this;
    }

    Scenarios noise(double sigma) {
        noise = sigma;
        return this;
    }

    Scenarios instances(int count) {
        instances = count;
        return this;
    }

    Scenarios lowerShare(double part) {
        lowerShare = part;
        return this;
    }

    Scenarios requests(int count, int first) {
        requests = count;
        warmUp = first;
        return this;
    }

    Scenarios seed(long value) {
        seed = value;
        return this;
    }

    Scenario scenario() {
        return new Scenario(
                ExecutionCurve.parse(curve),
                noise,
                instances,
                64,
                0,
                ArrivalProcess.parse(arrivals),
                Spread.parse(rows),
                Spread.parse(lengths),
                Padding.BUCKETS,
                Patience.parse(deadline),
                0,
                lowerShare,
                requests,
                warmUp,
                seed);
    }

    /** Simulates at this part of the capacity. */
    Result at(double load, String policy) {
        return Result.of(policy, 0, load, counts(load, policy));
    }

    Counts counts(double load, String policy) {
        Scenario scenario = scenario();
        return Simulation.run(scenario, Policies.parse(policy).get(0), load * scenario.capacity());
    }
}
