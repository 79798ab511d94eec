package dev.tern.server.telemetry;

/**
 * Every meter of ours. Prometheus sees the names with underscores; counters end in {@code _total}, timers in
 * {@code _seconds}.
 */
enum TernMeter {
    REQUESTS("tern.inference.requests", "Inference requests answered, by outcome: success, or why not."),
    UNRESOLVED_REQUESTS(
            "tern.inference.unresolved.requests",
            "Inference requests refused before a model version was found for them, by outcome."),
    REQUEST_DURATION(
            "tern.inference.request.duration",
            "From the request's arrival at its model to its answer; requests answered with success only."),
    QUEUE_DURATION("tern.inference.queue.duration", "How long requests waited for an instance of their model."),
    EXECUTIONS("tern.inference.executions", "Runs of the model, by outcome: success, failure or terminated."),
    EXECUTION_DURATION("tern.inference.execution.duration", "How long the model's successful runs took."),
    BATCH_SIZE("tern.inference.batch.size", "Rows in each successful run of the model."),
    REFUSED(
            "tern.inference.refused",
            "Requests that were not let into the queue, by reason: queue_full, too_much_ahead, deadline_too_close."),
    DROPPED(
            "tern.inference.dropped",
            "Requests that left the queue without a run, by reason: gone, deadline_passed, deadline_too_close,"
                    + " timed_out."),
    PADDED_ELEMENTS(
            "tern.inference.padded.elements",
            "Elements of padded inputs in runs of the model, by kind: real ones, and padding that was added."),
    RUNNERS_REPLACED(
            "tern.runners.replaced", "Runs of the model that did not end when told to, whose runner was replaced."),
    MODEL_READY("tern.model.ready", "1 when the model version takes requests, else 0."),
    CACHE_LOOKUPS(
            "tern.cache.lookups",
            "Look-ups in the response cache, by level (l1: this process's memory; l2: Redis) and outcome: hit, miss, or why"
                    + " Redis did not say."),
    CACHE_LOOKUP_DURATION(
            "tern.cache.lookup.duration",
            "How long look-ups took, by level and outcome; in l1 the making of the key included."),
    CACHE_INSERT_DURATION("tern.cache.insert.duration", "How long it took to copy and keep an answer."),
    CACHE_TOO_LARGE("tern.cache.too.large", "Answers not kept as they are larger than all that may be kept."),
    CACHE_COALESCED("tern.cache.coalesced", "Requests answered by the run of an equal one that was under way."),
    CACHE_ROWS(
            "tern.cache.rows",
            "Rows of models that are cached by rows, by where they came from: l1, l2, computed, or repeated in a request."),
    CACHE_UNASKED(
            "tern.cache.unasked",
            "Requests that were not looked up: by their own wish, bypass or refresh, or spared, as hardly any is found."),
    CACHE_ENTRIES("tern.cache.entries", "Answers kept in this process's memory."),
    CACHE_MEMORY("tern.cache.memory", "Memory that the kept answers take."),
    CACHE_MEMORY_MAX("tern.cache.memory.max", "Memory that the kept answers of all models may take."),
    CACHE_EVICTIONS(
            "tern.cache.evictions",
            "Answers that are kept no more, by cause: size (for want of room), expired, cleared, invalidated (it went in"
                    + " Redis), untracked (it may have)."),
    REDIS_REPLY_DURATION("tern.cache.redis.reply.duration", "How long Redis took to reply; replies in time only."),
    REDIS_LATE_REPLIES("tern.cache.redis.late.replies", "Replies of Redis that nobody waited for any more."),
    REDIS_RUBBISH("tern.cache.redis.rubbish", "Values in Redis that are no answers, by reason."),
    REDIS_WRITES("tern.cache.redis.writes", "Answers to be written to Redis, by outcome."),
    REDIS_BYTES("tern.cache.redis.transferred", "Bytes of values from Redis (in) and to it (out)."),
    REDIS_BREAKER(
            "tern.cache.redis.breaker",
            "Whether Redis is asked, as it replies (of=\"lookups\") and has what can be read (of=\"values\"), and"
                    + " written to (of=\"writes\"): 0 yes, 1 some try, 2 no."),
    REDIS_CONNECTIONS("tern.cache.redis.connections", "Connections to Redis."),
    REDIS_PENDING("tern.cache.redis.pending", "Bytes of answers that are on their way to Redis."),
    REDIS_TRACKING("tern.cache.redis.tracking", "1 while Redis tells this process which answers go, else 0."),
    REDIS_INVALIDATIONS(
            "tern.cache.redis.invalidations",
            "Answers of which Redis said that they went, or that another process wrote them."),
    ROLLOUT_STATE(
            "tern.rollout.state",
            "1 for the state of the model's last rollout, 0 for the others: shadowing, stepping, completed, stopped,"
                    + " undecided, aborted."),
    ROLLOUT_CANDIDATE_WEIGHT(
            "tern.rollout.candidate.weight",
            "Percent of the requests that name no version, which the candidate of the model's last rollout gets by it."),
    SHADOW_REQUESTS(
            "tern.shadow.requests",
            "Copies of requests for the candidate, by outcome: compared, incomparable, failed, given_up (no time for it),"
                    + " dropped (too many waited), unserved (the candidate is not served any more)."),
    SHADOW_MEAN_ABSOLUTE(
            "tern.shadow.difference.mean.absolute",
            "The mean absolute difference between the answer to a copy and the caller's, of the output that differs most."),
    SHADOW_MAX_ABSOLUTE(
            "tern.shadow.difference.max",
            "The largest difference of any element between the answer to a copy and the caller's."),
    SHADOW_RANK_CORRELATION(
            "tern.shadow.rank.correlation",
            "The mean of Spearman's rank correlation between the answers to copies and the callers'."),
    SHADOW_RANK_DISTANCE(
            "tern.shadow.rank.distance",
            "1 less Spearman's rank correlation between the answer to a copy and the caller's, of the output where it is"
                    + " lowest: 0 for the same order, 2 for the reverse."),
    SHADOW_DURATION(
            "tern.shadow.duration", "How long compared answers to copies took, waiting for spare time included."),
    SHADOW_PRIMARY_DURATION(
            "tern.shadow.primary.duration", "How long the callers' answers took that copies were compared with."),
    DRIFT_ROWS("tern.drift.rows", "Requests of which a row was looked at for drift."),
    DRIFT_DROPPED("tern.drift.dropped", "Requests of the sample that were not looked at for drift."),
    DRIFT_KS(
            "tern.drift.ks",
            "Kolmogorov-Smirnov distance of the last window from the reference, by feature; NaN of what is no number or"
                    + " not known."),
    DRIFT_PSI(
            "tern.drift.psi",
            "Population stability index of the last window against the reference, by feature; NaN of what is no category or"
                    + " not known."),
    DRIFT_P_VALUE(
            "tern.drift.p.value",
            "How likely the last window is by chance if nothing has drifted, by feature; NaN before the first."),
    DRIFT_DRIFTED("tern.drift.drifted", "1 while the feature is not distributed as in the reference, else 0."),
    NETTY_DIRECT_MEMORY(
            "tern.netty.direct.memory", "Direct memory held by Netty's pools, which the JVM's own meters miss."),
    NETTY_DIRECT_IN_USE("tern.netty.direct.in.use", "The part of Netty's direct memory that is in buffers now in use."),
    BUILD_INFO("tern.build.info", "Always 1; its labels say which build this is.");

    private final String id;
    private final String meaning;

    TernMeter(String id, String meaning) {
        this.id = id;
        this.meaning = meaning;
    }

    String id() {
        return id;
    }

    String meaning() {
        return meaning;
    }
}
