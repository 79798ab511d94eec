package dev.tern.server.repository;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Makes {@link FakeVersion}s, or fails where it is told to. */
final class FakeFactory implements VersionFactory {
    private final Map<String, String> reasons = new HashMap<>();
    private final Map<String, Supplier<Error>> errors = new HashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private Runnable meanwhile = () -> {};
    private final List<FakeVersion> created = new CopyOnWriteArrayList<>();
    private final List<FakeVersion> alike = new CopyOnWriteArrayList<>();
    private boolean loadsOnly;

    /** {@code version} as {@code model/1}. */
    void fail(String version, String reason) {
        reasons.put(version, reason);
    }

    /** From now on {@code version} loads. */
    void mend(String version) {
        reasons.remove(version);
    }

    /** Runs once, while the next version is made. */
    void meanwhile(Runnable task) {
        meanwhile = task;
    }

    /** How often a version was asked for, whether or not there was one to be had. */
    int calls() {
        return calls.get();
    }

    void crash(String version, Supplier<Error> error) {
        errors.put(version, error);
    }

    List<FakeVersion> created() {
        return created;
    }

    /** Those that were made of others. */
    List<FakeVersion> alike() {
        return alike;
    }

    /** From now on none is made of another. */
    void loadOnly() {
        loadsOnly = true;
    }

    FakeVersion only() {
        if (created.size() != 1) {
            throw new AssertionError(created.size() + " versions were created");
        }
        return created.get(0);
    }

    @Override
    public Version create(VersionSource source) throws VersionLoadException {
        calls.incrementAndGet();
        return made(source, created);
    }

    /** A version made of another. */
    Optional<Version> like(VersionSource source) throws VersionLoadException {
        return loadsOnly ? Optional.empty() : Optional.of(made(source, alike));
    }

    private FakeVersion made(VersionSource source, List<FakeVersion> among) throws VersionLoadException {
        Runnable task = meanwhile;
        meanwhile = () -> {};
        task.run();
        String name = source.model() + "/" + source.version();
        if (errors.containsKey(name)) {
            throw errors.get(name).get();
        }
        if (reasons.containsKey(name)) {
            throw new VersionLoadException(reasons.get(name));
        }
        FakeVersion version = new FakeVersion(source, this);
        among.add(version);
        return version;
    }
}
