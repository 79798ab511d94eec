package dev.tern.server.repository;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.repository.content.KnownFiles;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the repositories again and again, and has what changed loaded or removed. A change counts when two looks after
 * each other find the same: of a model that is being written, they do not. Its fields belong to the control thread, the
 * looking is done on another one.
 */
final class Polling {
    private static final Logger log = LoggerFactory.getLogger(Polling.class);

    /** What is done about a change, on the control thread. */
    interface Actions {
        /**
         * Loads what the plan says.
         *
         * @param done told how it ended
         */
        void load(ModelPlan plan, Consumer<Optional<Failure>> done);

        void remove(String model);
    }

    private final RepositoryScanner scanner;
    private final Executor looks;
    private final Executor control;
    private final Clock clock;
    private final long everyNanos;
    private final BooleanSupplier stopping;
    private final Actions actions;

    /** Of the looking thread. */
    private final KnownFiles files = new KnownFiles();

    /** What was done last about each model. */
    private final Map<String, ModelPlan> settled = new HashMap<>();

    /** Models for which there was no room: there may be when others have gone. */
    private final Set<String> again = new HashSet<>();

    private Look last = Look.of(List.of());

    Polling(
            RepositoryScanner scanner,
            Executor looks,
            Executor control,
            Clock clock,
            long everyNanos,
            BooleanSupplier stopping,
            Actions actions) {
        this.scanner = scanner;
        this.looks = looks;
        this.control = control;
        this.clock = clock;
        this.everyNanos = everyNanos;
        this.stopping = stopping;
        this.actions = actions;
    }

    /** @param loaded what was found at start, and done */
    void start(List<ModelPlan> loaded) {
        loaded.forEach(plan -> settled.put(plan.name(), plan));
        last = Look.of(loaded);
        schedule();
    }

    private void schedule() {
        if (!stopping.getAsBoolean()) {
            clock.schedule(clock.nanoTime() + everyNanos, () -> Tasks.submit(looks, this::look));
        }
    }

    /** On the thread for it: reads what may be large files. */
    private void look() {
        try {
            Look found = scanner.look(files);
            Tasks.submit(control, () -> looked(found));
        } catch (Throwable e) {
            // Errors too: a look that fails must not be the last one.
            log.warn("The model repositories cannot be looked at; models stay as they are", e);
            Tasks.submit(control, this::schedule);
        }
    }

    private void looked(Look found) {
        if (stopping.getAsBoolean()) {
            return;
        }
        try {
            actOn(found);
        } catch (RuntimeException | Error e) {
            log.error("What changed in the model repositories could not be acted upon", e);
        } finally {
            schedule();
        }
    }

    private void actOn(Look found) {
        found.plans().values().stream()
                .filter(plan -> !plan.equals(settled.get(plan.name())) || again.contains(plan.name()))
                .filter(plan -> plan.equals(last.plans().get(plan.name())))
                .sorted(Comparator.comparing(ModelPlan::name))
                .forEach(this::settle);
        List<String> removed = settled.keySet().stream()
                .filter(name -> !found.names().contains(name) && !last.names().contains(name))
                .sorted()
                .toList();
        removed.forEach(name -> {
            settled.remove(name);
            again.remove(name);
            actions.remove(name);
        });
        last = found;
    }

    private void settle(ModelPlan plan) {
        settled.put(plan.name(), plan);
        again.remove(plan.name());
        actions.load(plan, failure -> loaded(plan.name(), failure));
    }

    /** Takes note of how a model's load ended, at start, too. */
    void loaded(String model, Optional<Failure> failure) {
        if (failure.isPresent() && failure.get().kind() == Failure.Kind.RESOURCE_EXHAUSTED) {
            again.add(model);
        }
    }
}
