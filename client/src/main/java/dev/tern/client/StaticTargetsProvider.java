package dev.tern.client;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableList;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Teaches gRPC the targets of {@link StaticTargets}, which carry their whole list in their path. Holds no state. */
final class StaticTargetsProvider extends NameResolverProvider {
    private static final String SCHEME = "tern-static";

    static {
        NameResolverRegistry.getDefaultRegistry().register(new StaticTargetsProvider());
    }

    private StaticTargetsProvider() {}

    /** The gRPC target that stands for all of {@code targets}. */
    static String target(List<Target> targets) {
        String path = targets.stream().map(Target::toString).collect(joining(",", "/", ""));
        try {
            return new URI(SCHEME, "", path, null, null).toString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("targets " + targets + " do not form a URI", e);
        }
    }

    @Override
    public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
        if (!SCHEME.equals(target.getScheme())) {
            return null;
        }
        List<Target> targets = Arrays.stream(target.getPath().substring(1).split(",", -1))
                .map(Target::parse)
                .collect(toUnmodifiableList());
        return new StaticTargets(targets, args);
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
        return Set.of(InetSocketAddress.class);
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    /** Below gRPC's own, so that no target without a scheme comes here. */
    @Override
    protected int priority() {
        return 0;
    }
}
