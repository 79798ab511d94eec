package dev.tern.bench.run;

import dev.tern.bench.input.RequestPool;
import dev.tern.bench.input.SharedFile;
import dev.tern.bench.target.Target;
import dev.tern.bench.target.TargetException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has the server read requests' inputs from memory that it shares with this machine, for as long as a run takes. */
final class SharedInputs implements AutoCloseable {
    private static final Path DIRECTORY = Path.of("/dev/shm");

    private final Target target;
    private final @Nullable SharedFile file;

    private SharedInputs(Target target, @Nullable SharedFile file) {
        this.target = target;
        this.file = file;
    }

    /** Makes the file, if {@code wanted}; else inputs stay in the messages. */
    static SharedInputs of(Target target, boolean wanted) {
        return new SharedInputs(target, wanted ? SharedFile.in(DIRECTORY) : null);
    }

    /** {@code pools} as they are to be sent; once. */
    List<RequestPool> placed(List<RequestPool> pools) {
        if (file == null) {
            return pools;
        }
        List<RequestPool> placed = pools.stream().map(file::take).toList();
        target.share(file.name(), file.size());
        return placed;
    }

    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try (SharedFile gone = file) {
            target.unshare(gone.name());
        } catch (TargetException e) {
            // The server has gone, and the region with it; or it never took it, which was told.
        }
    }
}
