package dev.tern.server.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import org.jspecify.annotations.Nullable;

/**
 * Ends one instance's runs from other threads: ONNX Runtime looks at the flag of the run's options between two
 * operators. One set of options serves all runs, so that a run makes nothing; their flag can be reset in the version of
 * ONNX Runtime that is used here.
 *
 * <p>The lock keeps the flag from being set on options that are freed.
 */
final class RunSwitch implements AutoCloseable {
    private @Nullable RunOptions options;
    private boolean terminated;
    private boolean closed;

    /** What to give to each run. */
    synchronized RunOptions options() throws OrtException {
        if (closed) {
            throw new IllegalStateException("the instance is closed");
        }
        RunOptions made = options;
        if (made == null) {
            made = new RunOptions();
            OpenNatives.opened();
            options = made;
            made.setTerminate(terminated);
        }
        return made;
    }

    synchronized boolean isTerminated() {
        return terminated;
    }

    synchronized void set(boolean terminate) {
        terminated = terminate;
        RunOptions made = options;
        if (made != null) {
            try {
                made.setTerminate(terminate);
            } catch (OrtException e) {
                throw new IllegalStateException("a flag can always be set", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (options != null) {
            options.close();
            options = null;
            OpenNatives.closed();
        }
    }
}
