package dev.tern.server.repository;

import dev.tern.server.predict.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One model's load: its versions become ready together or not at all. Owned by the control thread. */
final class ModelLoad {
    private final ModelPlan plan;
    private final List<ServedVersion> kept;
    private final List<Long> missing;
    private final Map<Long, ServedVersion> like;
    private final @Nullable Upload upload;
    private final Consumer<Optional<Failure>> done;
    private final List<VersionOutcome> outcomes = new ArrayList<>();
    private boolean refused;

    /**
     * @param kept versions of the plan that are served as they are to be: they are not loaded again
     * @param like versions that are served as they are to be but for their instances, by number: their sessions are used
     * @param upload what the plan's files are in; null if they are in a repository
     * @param done told once how it ended
     */
    ModelLoad(
            ModelPlan plan,
            List<ServedVersion> kept,
            Map<Long, ServedVersion> like,
            @Nullable Upload upload,
            Consumer<Optional<Failure>> done) {
        this.plan = plan;
        this.kept = kept;
        this.like = Map.copyOf(like);
        this.upload = upload;
        this.done = done;
        List<Long> numbers = kept.stream().map(ServedVersion::version).toList();
        this.missing =
                plan.versions().stream().filter(each -> !numbers.contains(each)).toList();
    }

    ModelPlan plan() {
        return plan;
    }

    List<ServedVersion> kept() {
        return kept;
    }

    /** The versions to be loaded. */
    List<Long> missing() {
        return missing;
    }

    /** What is served as this version is to be but for its instances. */
    Optional<ServedVersion> like(long version) {
        return Optional.ofNullable(like.get(version));
    }

    @Nullable
    Upload upload() {
        return upload;
    }

    void add(VersionOutcome outcome) {
        outcomes.add(outcome);
    }

    /** There is no room for any of it. */
    void refuse(String reason) {
        refused = true;
        fail(reason);
    }

    /** None of it can be loaded. */
    void fail(String reason) {
        missing.forEach(version -> outcomes.add(VersionOutcome.failed(version, reason)));
    }

    List<VersionOutcome> outcomes() {
        return outcomes;
    }

    boolean isComplete() {
        return outcomes.size() == missing.size();
    }

    /** Bytes of files of the versions that have not been tried yet, but for those whose sessions are open. */
    long bytesToCome() {
        return missing.stream()
                .filter(version -> !like.containsKey(version))
                .filter(version -> outcomes.stream().noneMatch(each -> each.version() == version))
                .mapToLong(version -> plan.content(version).bytes())
                .sum();
    }

    /** The versions that loaded. */
    List<ServedVersion> served() {
        return outcomes.stream().flatMap(each -> each.served().stream()).toList();
    }

    /** The versions that did not load, ascending. */
    List<Long> failed() {
        return failures().map(VersionOutcome::version).toList();
    }

    /** Why it failed, for who called for it: in Triton's words. */
    Failure failure() {
        String reasons = failures()
                .map(each -> "version " + each.version() + " is at UNAVAILABLE state: " + each.reason() + ";\n")
                .collect(Collectors.joining());
        Failure failure = Refusals.loadFailed(plan.name(), reasons);
        return refused ? Failure.of(Failure.Kind.RESOURCE_EXHAUSTED, failure.message()) : failure;
    }

    /** Why it failed, in one line. */
    String summary() {
        return failures()
                .map(each -> "version " + each.version() + ": " + each.reason())
                .collect(Collectors.joining("; "));
    }

    private Stream<VersionOutcome> failures() {
        return outcomes.stream()
                .filter(each -> each.served().isEmpty())
                .sorted(Comparator.comparingLong(VersionOutcome::version));
    }

    void end(Optional<Failure> failure) {
        done.accept(failure);
    }

    @Override
    public String toString() {
        return plan.name() + "/" + missing;
    }
}
