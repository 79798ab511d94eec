package dev.tern.server.engine.onnx;

import ai.onnxruntime.OrtException;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** The child process of a trial: opens one model and exits, or crashes in the server's place. */
final class TrialLoadMain {
    private static final int ORPHANED = 4;

    private TrialLoadMain() {}

    /**
     * Exits with 0 if the model opened, with {@link TrialChild#REFUSED} if ONNX Runtime said why not.
     *
     * @param args the process whose trial this is, the model file, a file with the session's settings, the file to write a
     *     refusal to, the number of operator libraries, these, and the names of optional inputs
     */
    public static void main(String[] args) throws IOException, OrtException {
        endWith(Long.parseLong(args[0]));
        volunteerForOutOfMemoryKiller();
        List<String> rest = Arrays.asList(args).subList(5, args.length);
        int libraries = Integer.parseInt(args[4]);
        try (OnnxSession session = OnnxSessions.open(
                OnnxModel.read(
                        Path.of(args[1]),
                        Set.copyOf(rest.subList(libraries, rest.size())),
                        rest.subList(0, libraries).stream().map(Path::of).toList()),
                SessionSettings.parse(Files.readString(Path.of(args[2]))))) {
            System.out.println("opened " + session.signature());
        } catch (EngineException e) {
            Files.writeString(Path.of(args[3]), String.valueOf(e.getMessage()));
            System.exit(TrialChild.REFUSED);
        }
    }

    /** A server that is killed cannot end its trials: they see to it within some seconds. */
    private static void endWith(long parent) {
        Future<?> unused = ProcessHandle.of(parent)
                .map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenRun(() -> Runtime.getRuntime().halt(ORPHANED));
    }

    /** If two copies of the model are too many for the machine, this one should go and not the server. */
    private static void volunteerForOutOfMemoryKiller() {
        try {
            Files.writeString(Path.of("/proc/self/oom_score_adj"), "1000");
        } catch (IOException e) {
            // Not on Linux, or not allowed: the kernel then picks as it likes.
            System.out.println("no say in who goes when memory runs out: " + e);
        }
    }
}
