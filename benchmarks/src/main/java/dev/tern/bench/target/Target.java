package dev.tern.bench.target;

import dev.tern.bench.measure.ServerCounts;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The server under test, connected. Opened and closed by one thread. */
public final class Target implements AutoCloseable {
    static final long SETUP_SECONDS = 5;
    /** Fixed: gRPC would otherwise measure the path with pings while we measure the server. */
    private static final int FLOW_CONTROL_WINDOW = 8 << 20;

    private final HostPort address;
    private final EventLoops loops;
    private final List<ManagedChannel> channels;
    private final MethodDescriptor<byte[], byte[]> method;
    private final Duration timeout;
    private final boolean streams;
    private final boolean keepAnswers;

    private Target(TargetSettings settings) {
        address = settings.address();
        loops = EventLoops.of(settings.threads());
        channels = IntStream.range(0, settings.connections())
                .mapToObj(each -> channel())
                .toList();
        method = settings.keepAnswers() ? InferMethod.keepingAnswers() : InferMethod.discardingAnswers();
        timeout = settings.timeout();
        streams = settings.streams();
        keepAnswers = settings.keepAnswers();
    }

    /**
     * Opens every connection, so that none is opened under load.
     *
     * @throws TargetException when the server cannot be reached
     */
    public static Target connect(TargetSettings settings) {
        Target target = new Target(settings);
        try {
            target.channels.forEach(target::open);
            return target;
        } catch (TargetException e) {
            target.close();
            throw e;
        }
    }

    /** The connections, all of them up when {@link #connect} returned. */
    public List<Endpoint> connections() {
        return connections(timeout);
    }

    /** The same connections, for requests with another deadline; zero for none. Streams have none. */
    public List<Endpoint> connections(Duration deadline) {
        return channels.stream().map(each -> endpoint(each, deadline)).toList();
    }

    private Endpoint endpoint(ManagedChannel channel, Duration deadline) {
        return streams
                ? new StreamConnection(channel, StreamMethod.of(keepAnswers), loops.group())
                : new Connection(channel, method, deadline, loops.group());
    }

    /** The time that each event loop had something to do so far, in nanoseconds; any thread may ask. */
    public List<Long> loopBusyNanos() {
        return loops.busyNanos();
    }

    /**
     * Asks the server what a model looks like.
     *
     * @param version decimal; empty for the one the server chooses
     * @throws TargetException when the model is unknown or not ready
     */
    public ModelInfo describe(String model, String version) {
        return new ModelQuestions(address, channels.get(0)).ask(model, version);
    }

    /** Asks the server what it is; blocks. */
    public ServerInfo info() {
        return new ServerQuestions(channels.get(0)).info();
    }

    /**
     * Has the server load a model anew, with RepositoryModelLoad; blocks until it has.
     *
     * @throws TargetException when it does not
     */
    public void load(String model) {
        new ServerQuestions(channels.get(0)).load(model);
    }

    /**
     * Has the server read inputs from the first {@code bytes} of a file in this machine's shared memory; blocks.
     *
     * @param name of the file, and of the region that requests name
     * @throws TargetException when it does not
     */
    public void share(String name, long bytes) {
        new ServerQuestions(channels.get(0)).share(name, bytes);
    }

    /**
     * Ends {@link #share}; blocks.
     *
     * @throws TargetException when the server does not answer
     */
    public void unshare(String name) {
        new ServerQuestions(channels.get(0)).unshare(name);
    }

    /**
     * Asks the server what it has counted of a model, with ModelStatistics; returns at once.
     *
     * @param version decimal; empty for all of them
     * @return fails where the server does not answer that call
     */
    public CompletableFuture<ServerCounts> counts(String model, String version) {
        return new ServerQuestions(channels.get(0)).counts(model, version);
    }

    /** Ends every call that is still open. */
    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel each : channels) {
            try {
                each.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Future<?> unused = loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private ManagedChannel channel() {
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .eventLoopGroup(loops.group())
                .channelType(loops.channelType())
                .directExecutor()
                .flowControlWindow(FLOW_CONTROL_WINDOW)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .disableRetry()
                .build();
    }

    /** Any answer will do, an error too: it shows that the connection is up. */
    private void open(ManagedChannel channel) {
        try {
            Object unused = GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(SETUP_SECONDS, TimeUnit.SECONDS)
                    .serverLive(ServerLiveRequest.getDefaultInstance());
        } catch (StatusRuntimeException e) {
            // Not by the channel's state, which is set only after calls may have gone out and come back.
            Status.Code code = e.getStatus().getCode();
            if (code == Status.Code.DEADLINE_EXCEEDED || code == Status.Code.UNAVAILABLE) {
                throw new TargetException("cannot reach " + address + ": " + why(e.getStatus()));
            }
        }
    }

    private static String why(Status status) {
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return "no answer within " + SETUP_SECONDS + " s";
        }
        String reason = Reason.of(status);
        if (reason.contains("Connection refused")) {
            return "connection refused";
        }
        return reason.startsWith("http2 exception") ? "it does not speak gRPC (" + reason + ")" : reason;
    }
}
