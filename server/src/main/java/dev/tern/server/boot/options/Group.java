package dev.tern.server.boot.options;

/** A heading of the help page; settings stand under it in the table's order. */
enum Group {
    CONFIGURATION("Configuration"),
    MODELS("Models"),
    NETWORK("Network"),
    EXECUTION("Batching and execution"),
    CACHE("Response cache"),
    REDIS("Redis, the second level of the response cache"),
    LIFECYCLE("Start, readiness and end"),
    LOGGING("Logging");

    private final String heading;

    Group(String heading) {
        this.heading = heading;
    }

    String heading() {
        return heading;
    }
}
