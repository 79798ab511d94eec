package dev.tern.server.boot.versions;

import dev.tern.server.repository.Version;
import dev.tern.server.repository.VersionFactory;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.VersionSource;
import dev.tern.server.repository.config.Platform;

/** Has each version made as its model's platform is. */
public final class PlatformFactory implements VersionFactory {
    private final VersionFactory onnx;
    private final VersionFactory ensembles;
    private final VersionFactory builtIns;

    public PlatformFactory(VersionFactory onnx, VersionFactory ensembles, VersionFactory builtIns) {
        this.onnx = onnx;
        this.ensembles = ensembles;
        this.builtIns = builtIns;
    }

    @Override
    public Version create(VersionSource source) throws VersionLoadException {
        return switch (Platform.of(source.config())) {
            case ONNX -> onnx.create(source);
            case ENSEMBLE -> ensembles.create(source);
            case TOP_K, HASH -> builtIns.create(source);
        };
    }
}
