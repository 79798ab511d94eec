package dev.tern.server.rpc;

import dev.tern.server.predict.Clock;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.rollout.Rollouts;
import dev.tern.server.sharedmemory.Regions;
import dev.tern.server.tracing.Tracing;
import dev.tern.server.traffic.Traffic;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The gRPC servers: inference, health and reflection on one port, the operators' calls on another. */
public final class GrpcPorts implements AutoCloseable {
    /** Fixed, so that gRPC does not probe the bandwidth with pings; room for several large requests a connection. */
    private static final int FLOW_CONTROL_WINDOW = 8 << 20;

    /** Clients that ping more often than this are told to go away; Triton's clients are allowed to be that lively. */
    private static final long MIN_CLIENT_PING_SECONDS = 10;

    /** More resets than this within the period end a connection: the rapid reset attack. */
    private static final int MAX_RESETS = 1000;

    private static final int RESET_PERIOD_SECONDS = 10;

    /** One part in so many of the heap may be copies of clients' shared memory. */
    private static final int COPIES_PART = 4;

    /** Regions of shared memory that may wait to be registered. */
    private static final int MOST_REGISTERING = 64;

    private static final int IDLE_SECONDS = 10;

    private static final long DRAIN_LOOK_MILLIS = 10;

    /** How long connections are waited for once every request is answered. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock;
    private final EventLoopGroup loops;
    private final Regions regions;
    private final ThreadPoolExecutor registering;
    private final InferHandler infer;
    private final InferStreams inferStreams;
    private final StreamCloser streams = new StreamCloser();
    private final WarmUpTraffic warmUpTraffic;
    private final Server inference;
    private final @Nullable Server admin;

    /**
     * Listens; calls are answered from here on.
     *
     * @param threads makes those of the event loops
     * @param registering makes the one that registers regions of shared memory, while there is need for it
     * @throws IOException if a port cannot be listened on
     */
    public GrpcPorts(
            GrpcSettings settings,
            ModelRepository repository,
            Traffic traffic,
            Rollouts rollouts,
            ServerStatus status,
            HealthStates health,
            Clock clock,
            RequestObserver observer,
            InferCodec codec,
            ThreadFactory threads,
            ThreadFactory registering)
            throws IOException {
        this.clock = clock;
        this.loops = new MultiThreadIoEventLoopGroup(settings.eventLoops(), threads, ioHandler());
        // Netty starts a loop's thread when it is first needed, perhaps from a thread that gives way: so would the
        // loop.
        loops.forEach(loop -> loop.execute(() -> {}));
        CurrentLoop current = new CurrentLoop(loops);
        ForwardedHeaders forwarded = new ForwardedHeaders(settings.forwardedHeaders());
        TrafficRouting routing = new TrafficRouting(repository, traffic);
        this.regions = new Regions(
                settings.sharedMemory(),
                settings.maxMessageBytes(),
                Runtime.getRuntime().maxMemory() / COPIES_PART);
        this.registering = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_REGISTERING), registering);
        this.registering.allowCoreThreadTimeOut(true);
        SharedMemoryCalls shared = new SharedMemoryCalls(regions, this.registering);
        this.infer = new InferHandler(routing, forwarded, clock, observer, codec, current, regions, status.tracing());
        int window = settings.streamWindow();
        this.inferStreams = new InferStreams(infer, codec, current, clock, window);
        this.warmUpTraffic = new WarmUpTraffic(
                (only, uncounted) -> {
                    InferHandler own =
                            new InferHandler(only, forwarded, clock, uncounted, codec, current, regions, Tracing.OFF);
                    InferStreams ownStreams = new InferStreams(own, codec, current, clock, window);
                    return builder(WarmUpTraffic.HOST, 0, settings)
                            .addService(service(settings, repository, status, shared, codec, own, ownStreams))
                            .build();
                },
                clock);
        try {
            this.inference = builder(settings.host(), settings.port(), settings)
                    .addService(service(settings, repository, status, shared, codec, infer, inferStreams))
                    .addService(ServerInterceptors.intercept(health.service(), streams))
                    .addService(ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), streams))
                    .build();
            start(inference, "--grpc-port", settings.port());
            this.admin = settings.adminPort() < 0
                    ? null
                    : startAdmin(settings, new AdminService(repository, traffic, rollouts));
        } catch (IOException e) {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
            throw e;
        }
    }

    private static ServerServiceDefinition service(
            GrpcSettings settings,
            ModelRepository repository,
            ServerStatus status,
            SharedMemoryCalls shared,
            InferCodec codec,
            InferHandler infer,
            InferStreams streams) {
        ServerServiceDefinition service = MalformedMessages.refusedBy(
                InferMethod.of(new InferenceService(repository, status, shared).bindService(), codec, infer, streams));
        return settings.answerCompression() == CompressionLevel.NONE
                ? service
                : ServerInterceptors.intercept(service, new AnswerCompression());
    }

    private Server startAdmin(GrpcSettings settings, AdminService service) throws IOException {
        Server server = builder(settings.adminHost(), settings.adminPort(), settings)
                .addService(MalformedMessages.refusedBy(service.bindService()))
                .addService(ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), streams))
                .build();
        try {
            start(server, "--admin-port", settings.adminPort());
        } catch (IOException e) {
            inference.shutdownNow();
            throw e;
        }
        return server;
    }

    private static void start(Server server, String flag, int port) throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(flag + ": " + port + " cannot be listened on: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }

    private NettyServerBuilder builder(String host, int port, GrpcSettings settings) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .channelType(channelType())
                // gRPC would use one of its own that nobody can look into: its memory could not be reported.
                .withChildOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .directExecutor()
                .flowControlWindow(FLOW_CONTROL_WINDOW)
                .maxInboundMessageSize(settings.maxMessageBytes())
                .compressorRegistry(Zlib.compressors(settings.answerCompression()))
                .decompressorRegistry(Zlib.decompressors())
                .permitKeepAliveTime(MIN_CLIENT_PING_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxRstFramesPerWindow(MAX_RESETS, RESET_PERIOD_SECONDS);
    }

    private static IoHandlerFactory ioHandler() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    private static Class<? extends ServerChannel> channelType() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Requests that the server sends itself. Any thread, one at a time. */
    public WarmUpTraffic warmUpTraffic() {
        return warmUpTraffic;
    }

    /** The port that inference requests go to. */
    public int port() {
        return inference.getPort();
    }

    /** The operators' port; empty when there is none. */
    public Optional<Integer> adminPort() {
        return Optional.ofNullable(admin).map(Server::getPort);
    }

    /** Requests that were taken and not answered yet. */
    public int inFlight() {
        return infer.inFlight();
    }

    /** ModelStreamInfer calls that are open. */
    public int openStreams() {
        return inferStreams.open();
    }

    /**
     * Tells clients to go elsewhere (GOAWAY) and waits until what is in flight is answered and all answers on streams are
     * written; false if that took too long.
     */
    public boolean drain(long timeoutNanos) throws InterruptedException {
        inference.shutdown();
        if (admin != null) {
            admin.shutdown();
        }
        streams.closeAll();
        inferStreams.stop();
        long deadline = clock.nanoTime() + timeoutNanos;
        boolean ended = false;
        while (!ended && isAnswering() && deadline - clock.nanoTime() > 0) {
            ended = inference.awaitTermination(DRAIN_LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
        // Answers that are on their way get out; a client that never hangs up does not hold up the end.
        long left = Math.max(0, deadline - clock.nanoTime());
        return inference.awaitTermination(Math.min(LINGER_NANOS, left), TimeUnit.NANOSECONDS) || !isAnswering();
    }

    /** Once streams are told to end, each is open until its answers are written. */
    private boolean isAnswering() {
        return infer.inFlight() > 0 || inferStreams.open() > 0;
    }

    /**
     * Answers what is still in flight with UNAVAILABLE, and waits for those answers to get out; a request that runs keeps
     * what it holds. After {@link #drain}.
     *
     * @return how many requests there were, those included whose answers wait on a stream that its client does not read
     */
    public int cutOff(long timeoutNanos) throws InterruptedException {
        int unwritten = inferStreams.unwritten();
        int count = unwritten + infer.cutOff();
        // When all calls are over, connections end by themselves.
        boolean unused = inference.awaitTermination(timeoutNanos, TimeUnit.NANOSECONDS);
        return count;
    }

    /** Ends what is left of calls and connections. */
    @Override
    public void close() {
        inference.shutdownNow();
        if (admin != null) {
            admin.shutdownNow();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        registering.shutdownNow();
        regions.close();
    }
}
