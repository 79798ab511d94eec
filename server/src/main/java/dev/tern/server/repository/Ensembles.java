package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelEnsembling.Step;
import dev.tern.server.repository.config.EnsembleCheck;
import dev.tern.server.repository.config.Platform;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ensembles that are to be served, and whether the models of their steps let them. Owned by the control thread. */
final class Ensembles {
    private static final Logger log = LoggerFactory.getLogger(Ensembles.class);

    private final Catalog catalog;
    private final Consumer<ModelPlan> due;
    private final Map<String, Wanted> wanted = new TreeMap<>();
    /** Models that nobody asked for but as steps. */
    private final Set<String> along = new HashSet<>();

    /**
     * An ensemble that is to be served.
     *
     * @param repeatable whether it can be loaded again as it was planned: its files are in a repository
     * @param inForce whether what is served was made from this plan
     */
    private record Wanted(ModelPlan plan, boolean repeatable, boolean inForce) {}

    /** @param due given ensembles that could not be served, when the models of their steps let them */
    Ensembles(Catalog catalog, Consumer<ModelPlan> due) {
        this.catalog = catalog;
        this.due = due;
    }

    static boolean isEnsemble(ModelPlan plan) {
        return Platform.of(plan.config()) == Platform.ENSEMBLE;
    }

    /** The models of an ensemble's steps, each once; none of any other model. */
    static Set<String> steps(ModelPlan plan) {
        Set<String> models = new TreeSet<>();
        plan.config().getEnsembleScheduling().getStepList().forEach(step -> models.add(step.getModelName()));
        return models;
    }

    /** {@code plan} is to be served from now on, once it can be. */
    void want(ModelPlan plan, boolean repeatable) {
        if (isEnsemble(plan)) {
            wanted.put(plan.name(), new Wanted(plan, repeatable, false));
        } else {
            wanted.remove(plan.name());
        }
    }

    void forget(String model) {
        wanted.remove(model);
        along.remove(model);
    }

    /** {@code model} is loaded since an ensemble has it as a step. */
    void comesAlong(String model) {
        along.add(model);
    }

    /** {@code model} was asked for by its name. */
    void wantByName(String model) {
        along.remove(model);
    }

    /** The models that came along with an ensemble, those of steps that are ensembles too, and that no other needs. */
    List<String> broughtAlong(String ensemble) {
        Set<String> going = new LinkedHashSet<>(List.of(ensemble));
        Deque<String> unseen = new ArrayDeque<>(going);
        while (!unseen.isEmpty()) {
            Wanted known = wanted.get(unseen.remove());
            for (String step : known == null ? Set.<String>of() : steps(known.plan())) {
                boolean needed = wanted.values().stream()
                        .anyMatch(each -> !going.contains(each.plan().name())
                                && steps(each.plan()).contains(step));
                if (along.contains(step) && !needed && going.add(step)) {
                    unseen.add(step);
                }
            }
        }
        going.remove(ensemble);
        return List.copyOf(going);
    }

    /** A model is served as {@code plan} says. */
    void served(ModelPlan plan) {
        inForce(plan, true);
        // A step's model may have changed while the ensemble was made.
        recheck(plan);
        stepChanged(plan.name());
    }

    /** Withdraws the ensembles that cannot do without what {@code model} was, and has those tried that can do with what it is. */
    void stepChanged(String model) {
        if (!catalog.isStopping()) {
            wanted.values().stream()
                    .map(Wanted::plan)
                    .filter(plan -> steps(plan).contains(model) || isServedBy(plan.name(), model))
                    .toList()
                    .forEach(this::recheck);
        }
    }

    /** Whether what is served of an ensemble, which may be older than what is wanted of it, has {@code model} as a step. */
    private boolean isServedBy(String ensemble, String model) {
        ModelView view = catalog.view(ensemble);
        ServedVersion served = view == null ? null : view.newest();
        return served != null
                && served.config().getEnsembleScheduling().getStepList().stream()
                        .anyMatch(step -> step.getModelName().equals(model));
    }

    private void recheck(ModelPlan plan) {
        ModelView view = catalog.view(plan.name());
        ServedVersion served = view == null || !isEnsemble(plan) ? null : view.newest();
        String problem = served == null ? "" : problem(served.config());
        if (view != null && !problem.isEmpty()) {
            withdraw(plan, view, problem);
        } else {
            tryAgain(plan);
        }
    }

    /** Has an ensemble loaded that is not served as planned, if it can be now. */
    void tryAgain(ModelPlan plan) {
        if (isDue(plan)) {
            due.accept(plan);
        }
    }

    /** Takes an ensemble away from requests until its steps' models let it be served again. */
    private void withdraw(ModelPlan plan, ModelView view, String reason) {
        log.error("Model '{}' is no longer served: {}", plan.name(), reason);
        inForce(plan, false);
        ModelView changed = view;
        for (ServedVersion each : view.served()) {
            changed = changed.with(VersionSlot.unavailable(each.version(), reason));
        }
        catalog.publish(changed);
        view.served().forEach(ServedVersion::retire);
        stepChanged(plan.name());
    }

    private void inForce(ModelPlan plan, boolean inForce) {
        wanted.computeIfPresent(
                plan.name(),
                (name, known) -> known.plan().equals(plan) ? new Wanted(plan, known.repeatable(), inForce) : known);
    }

    /** Whether it was not served as planned for want of its steps' models, and now could be. */
    boolean isDue(ModelPlan plan) {
        Wanted known = wanted.get(plan.name());
        return known != null
                && known.plan().equals(plan)
                && known.repeatable()
                && !known.inForce()
                && problem(plan).isEmpty();
    }

    /** Whether a load of it has to wait for one of those that are {@code underWay}. */
    boolean hasToWait(ModelPlan plan, Collection<String> underWay) {
        return steps(plan).stream().anyMatch(underWay::contains) && circle(plan).isEmpty();
    }

    /** The steps' models that are not there, of an ensemble that might be served if they were. */
    List<String> missing(ModelPlan plan) {
        if (!circle(plan).isEmpty()) {
            return List.of();
        }
        return plan.config().getEnsembleScheduling().getStepList().stream()
                .filter(step -> find(step).isEmpty())
                .map(Step::getModelName)
                .distinct()
                .toList();
    }

    /** Why a model cannot be served with the steps' models as they are; empty if it can. */
    String problem(ModelPlan plan) {
        if (!isEnsemble(plan)) {
            return "";
        }
        List<String> circle = circle(plan);
        return circle.isEmpty()
                ? problem(plan.config())
                : "ensemble '" + plan.name() + "' is a step of itself: " + String.join(" -> ", circle);
    }

    private String problem(ModelConfig ensemble) {
        return EnsembleCheck.problem(ensemble, this::find);
    }

    private Optional<ModelConfig> find(Step step) {
        ModelView view = catalog.view(step.getModelName());
        ServedVersion served =
                view == null ? null : step.getModelVersion() < 0 ? view.newest() : view.served(step.getModelVersion());
        return Optional.ofNullable(served).map(ServedVersion::config);
    }

    /** The way from a plan's steps back to itself; empty if there is none. */
    private List<String> circle(ModelPlan plan) {
        List<String> way = new ArrayList<>(List.of(plan.name()));
        return isEnsemble(plan) && leadsBack(plan, way, new TreeSet<>()) ? way : List.of();
    }

    private boolean leadsBack(ModelPlan from, List<String> way, Set<String> seen) {
        for (String step : steps(from)) {
            way.add(step);
            Wanted next = wanted.get(step);
            if (step.equals(way.get(0)) || (next != null && seen.add(step) && leadsBack(next.plan(), way, seen))) {
                return true;
            }
            way.remove(way.size() - 1);
        }
        return false;
    }
}
