package dev.tern.server.boot.versions;

import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.repository.Version;
import dev.tern.server.repository.VersionFactory;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.VersionSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Makes versions whose sessions start threads of their own on threads that give way to nobody: those they start would give
 * way for ever, with requests waiting for them.
 */
public final class PromptFactory implements VersionFactory {
    private final VersionFactory factory;
    private final ExecutorService prompt;

    /** @param prompt threads that never gave way */
    public PromptFactory(VersionFactory factory, ExecutorService prompt) {
        this.factory = factory;
        this.prompt = prompt;
    }

    @Override
    public Version create(VersionSource source) throws VersionLoadException {
        if (new ModelSettings(source.config()).session().runsOnCaller()) {
            return factory.create(source);
        }
        Future<Version> made = prompt.submit(() -> factory.create(source));
        try {
            return made.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VersionLoadException("interrupted", e);
        } catch (ExecutionException e) {
            throw why(e);
        }
    }

    private static VersionLoadException why(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof VersionLoadException reason
                ? reason
                : new VersionLoadException("internal error, see the server's log", failure);
    }
}
