package dev.tern.server.repository.content;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Digests of files that are looked at again and again: a file is read once more only when its {@link FileStamp} is
 * another. Not thread-safe.
 */
public final class KnownFiles implements FileDigests {
    private final Map<Path, Known> known = new HashMap<>();
    private final Set<Path> seen = new HashSet<>();

    private record Known(FileStamp stamp, String digest) {}

    @Override
    public String of(Path file) throws IOException {
        seen.add(file);
        // Before the file is read: what is written meanwhile makes another stamp, a tick of the clock later.
        FileStamp stamp = FileStamp.of(file);
        Known before = known.get(file);
        if (before != null && before.stamp().equals(stamp)) {
            return before.digest();
        }
        String digest = Sha256.ofFile(file);
        known.put(file, new Known(stamp, digest));
        return digest;
    }

    /** Forgets the files that were not asked for since the last call. */
    public void forgetUnseen() {
        known.keySet().retainAll(seen);
        seen.clear();
    }
}
