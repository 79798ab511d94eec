package dev.tern.server.engine.onnx;

import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Finds out whether a model can be opened without taking the process down, before the server opens it.
 *
 * <p>Small valid models exist that crash ONNX Runtime's optimiser, and with it the process.
 */
public interface TrialLoad {
    /**
     * Returns if the model may be opened here with {@code settings}. May block for seconds: for loader threads, of
     * which any number may call it at once.
     *
     * @throws EngineException if it crashed, was refused, or took too long; the message is for an operator to read
     */
    void check(OnnxModel model, SessionSettings settings) throws EngineException;

    /** Ends the trials under way, which fail, as later ones do; any thread, does not wait. */
    default void stop() {}

    /** Tries nothing: for repositories whose models are trusted. */
    static TrialLoad off() {
        return (model, settings) -> {};
    }

    /**
     * Opens in a process of its own what has never been opened on this machine before.
     *
     * <p>Successes are remembered, by model digest, ONNX Runtime version, settings and processor. Failures are not:
     * they may come from the surroundings (memory, a busy machine), and trying again costs a second.
     *
     * @param stateDirectory where successes are remembered; if it cannot be written, that is logged and no more
     * @param timeout after which a trial that begins now is ended and has failed
     */
    static TrialLoad inChildProcess(Path stateDirectory, Supplier<Duration> timeout, InstantSource clock) {
        return new ChildTrialLoad(
                new TrialMemory(stateDirectory, clock),
                new TrialChild(TrialLoadMain.class.getName(), timeout, Path.of(System.getProperty("java.io.tmpdir"))));
    }
}
