package dev.tern.server.repository;

import java.util.ArrayList;
import java.util.List;

/** One model's load: its versions become ready together or not at all. Owned by the control thread. */
final class ModelLoad {
    private final ModelPlan plan;
    private final List<VersionOutcome> outcomes = new ArrayList<>();

    ModelLoad(ModelPlan plan) {
        this.plan = plan;
    }

    ModelPlan plan() {
        return plan;
    }

    void add(VersionOutcome outcome) {
        outcomes.add(outcome);
    }

    boolean isComplete() {
        return outcomes.size() == plan.versions().size();
    }

    /** The versions that loaded. */
    List<ServedVersion> served() {
        return outcomes.stream().flatMap(each -> each.served().stream()).toList();
    }

    /** The versions that did not load, ascending. */
    List<Long> failed() {
        return outcomes.stream()
                .filter(each -> each.served().isEmpty())
                .map(VersionOutcome::version)
                .sorted()
                .toList();
    }

    @Override
    public String toString() {
        return plan.name() + "/" + plan.versions();
    }
}
