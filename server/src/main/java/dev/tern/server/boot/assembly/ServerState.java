package dev.tern.server.boot.assembly;

import dev.tern.server.boot.process.Build;
import dev.tern.server.http.Readiness;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.VersionState;
import dev.tern.server.rpc.LogControl;
import dev.tern.server.rpc.ServerStatus;
import dev.tern.server.tracing.Tracing;
import java.util.ArrayList;
import java.util.List;

/** What the server says of itself, to every port alike. */
final class ServerState implements ServerStatus {
    private final ModelRepository repository;
    private final LogControl log;
    private final Tracing tracing;
    private volatile boolean exiting;

    ServerState(ModelRepository repository, LogControl log, Tracing tracing) {
        this.repository = repository;
        this.log = log;
        this.tracing = tracing;
    }

    @Override
    public boolean ready() {
        return !exiting && repository.ready();
    }

    @Override
    public boolean exiting() {
        return exiting;
    }

    @Override
    public String version() {
        return Build.version();
    }

    @Override
    public LogControl log() {
        return log;
    }

    @Override
    public Tracing tracing() {
        return tracing;
    }

    void exit() {
        exiting = true;
    }

    Readiness readiness() {
        List<String> notes = new ArrayList<>();
        if (exiting) {
            notes.add("the server is shutting down");
        }
        repository.index().forEach(model -> notes.addAll(notes(model)));
        return new Readiness(ready(), notes);
    }

    private static List<String> notes(ModelIndex model) {
        List<String> notes = new ArrayList<>();
        if (!model.reason().isEmpty()) {
            notes.add("model '" + model.name() + "': " + model.reason());
        }
        for (VersionIndex version : model.versions()) {
            if (version.state() != VersionState.READY) {
                notes.add("model '" + model.name() + "' version " + version.version() + ": "
                        + (version.reason().isEmpty() ? version.state().name() : version.reason()));
            }
        }
        return notes;
    }
}
