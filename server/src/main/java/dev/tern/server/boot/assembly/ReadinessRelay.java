package dev.tern.server.boot.assembly;

import dev.tern.server.boot.meters.Meters;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.RepositoryListener;
import dev.tern.server.repository.VersionState;
import dev.tern.server.rpc.HealthStates;

/** Passes changes of readiness on to the health service and to the meters. On the control thread. */
final class ReadinessRelay implements RepositoryListener {
    private final ModelRepository repository;
    private final HealthStates health;
    private final Meters meters;

    ReadinessRelay(ModelRepository repository, HealthStates health, Meters meters) {
        this.repository = repository;
        this.health = health;
        this.meters = meters;
    }

    @Override
    public void modelChanged(String model, boolean ready) {
        health.modelChanged(model, ready);
        repository.index().stream()
                .filter(each -> each.name().equals(model))
                .flatMap(each -> each.versions().stream())
                .forEach(version -> meters.ready(model, version.version(), version.state() == VersionState.READY));
    }

    @Override
    public void modelGone(String model) {
        health.modelGone(model);
    }

    @Override
    public void serverChanged(boolean ready) {
        health.serverChanged(ready);
    }
}
