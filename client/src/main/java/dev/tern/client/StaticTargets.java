package dev.tern.client;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Resolves a fixed list of targets, for one channel to balance over. Each is looked up at the start and whenever gRPC has
 * lost a connection; those whose names resolve then are used until the next look. gRPC calls it in its synchronization context; the look-ups,
 * which block, run on its offload executor.
 */
final class StaticTargets extends NameResolver {
    private final List<Target> targets;
    private final boolean ownAuthorities;
    private final Executor lookups;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Listener2 listener = new Nobody();

    StaticTargets(List<Target> targets, Args args) {
        Executor offload = args.getOffloadExecutor();
        this.targets = targets;
        this.ownAuthorities = args.getOverrideAuthority() == null;
        this.lookups = offload == null ? Runnable::run : offload;
    }

    @Override
    public String getServiceAuthority() {
        return targets.get(0).toString();
    }

    @Override
    public void start(Listener2 listener) {
        this.listener = listener;
        refresh();
    }

    @Override
    public void refresh() {
        if (busy.compareAndSet(false, true)) {
            lookups.execute(this::lookUp);
        }
    }

    @Override
    public void shutdown() {
        listener = new Nobody();
    }

    private void lookUp() {
        StatusOr<List<EquivalentAddressGroup>> addresses = addresses();
        busy.set(false);
        listener.onResult(
                ResolutionResult.newBuilder().setAddressesOrError(addresses).build());
    }

    private StatusOr<List<EquivalentAddressGroup>> addresses() {
        List<EquivalentAddressGroup> found = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (Target target : targets) {
            try {
                found.addAll(addresses(target));
            } catch (UnknownHostException e) {
                unknown.add(target.host());
            }
        }
        return found.isEmpty()
                ? StatusOr.fromStatus(Status.UNAVAILABLE.withDescription("no address found for any of " + unknown))
                : StatusOr.fromValue(found);
    }

    private List<EquivalentAddressGroup> addresses(Target target) throws UnknownHostException {
        List<EquivalentAddressGroup> groups = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(target.host())) {
            groups.add(new EquivalentAddressGroup(new InetSocketAddress(address, target.port()), attributes(target)));
        }
        return groups;
    }

    /** Lets each server show a certificate of its own name. */
    private Attributes attributes(Target target) {
        return ownAuthorities
                ? Attributes.newBuilder()
                        .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, target.toString())
                        .build()
                : Attributes.EMPTY;
    }

    /** Who listens before the start and after the end. */
    private static final class Nobody extends Listener2 {
        @Override
        public void onResult(ResolutionResult result) {}

        @Override
        public void onError(Status error) {}
    }
}
