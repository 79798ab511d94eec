package dev.tern.client;

import static java.util.stream.Collectors.toUnmodifiableList;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gathers a client's settings. Not for several threads at once. */
public final class TernClientBuilder {
    private static final int SMALLEST_WINDOW = 65_535;

    private final String target;
    private final Map<String, Supplier<String>> headers = new LinkedHashMap<>();
    private @Nullable Tls tls;
    private @Nullable Duration deadline = Duration.ofSeconds(30);
    private RetryPolicy retry = RetryPolicy.attempts(3);
    private int maxMessageSize = 256 << 20;
    private int flowControlWindow = 4 << 20;
    private int connections = 1;
    private boolean waitForReady;
    private boolean compressesRequests;
    private String userAgent = Version.userAgent();
    private @Nullable Executor callbackExecutor;
    private @Nullable Duration keepAlive;

    TernClientBuilder(List<String> targets) {
        this.target = target(targets);
    }

    /** How long a call may take, retries included, unless its request says otherwise. Default: 30 seconds. */
    public TernClientBuilder deadline(Duration deadline) {
        this.deadline = Durations.requirePositive(deadline, "deadline");
        return this;
    }

    /** Lets a call take for ever, unless its request says otherwise. */
    public TernClientBuilder withoutDeadline() {
        this.deadline = null;
        return this;
    }

    /** Encrypts. Default: plain text. */
    public TernClientBuilder tls(Tls tls) {
        this.tls = tls;
        return this;
    }

    /** When a call that failed is sent again. Default: {@link RetryPolicy#attempts attempts(3)}. */
    public TernClientBuilder retry(RetryPolicy retry) {
        this.retry = retry;
        return this;
    }

    /**
     * The largest request to send and the largest answer to take; a call beyond it fails with
     * {@code RESOURCE_EXHAUSTED}. Default: 256 MiB.
     *
     * @param bytes more than 0
     */
    public TernClientBuilder maxMessageSize(int bytes) {
        this.maxMessageSize = requireAtLeast(1, bytes, "maxMessageSize");
        return this;
    }

    /**
     * How many bytes a server may send on one connection before this client has read them. A fixed window saves the
     * pings by which gRPC would tune it. Default: 4 MiB.
     *
     * @param bytes 65,535 or more
     */
    public TernClientBuilder flowControlWindow(int bytes) {
        this.flowControlWindow = requireAtLeast(SMALLEST_WINDOW, bytes, "flowControlWindow");
        return this;
    }

    /**
     * How many connections to open to each server, used in turn. Each is served by one event loop on either side, so
     * more than one pays where a single loop is busy. Default: 1.
     *
     * @param connections 1 or more
     */
    public TernClientBuilder connections(int connections) {
        this.connections = requireAtLeast(1, connections, "connections");
        return this;
    }

    /** Has a call wait, up to its deadline, for a server that can be reached. Default: it fails at once. */
    public TernClientBuilder waitForReady() {
        this.waitForReady = true;
        return this;
    }

    /**
     * Sends requests compressed with gzip, which costs time: for networks that are short of bandwidth. Answers are read
     * whether the server compresses them or not. Default: as they are.
     */
    public TernClientBuilder compressRequests() {
        this.compressesRequests = true;
        return this;
    }

    /**
     * Pings a server that has been silent this long while calls are in flight, to notice a connection that is dead.
     * Servers allow no more than one ping in five minutes unless set otherwise. Default: no pings.
     *
     * @param interval gRPC raises it to 10 seconds
     */
    public TernClientBuilder keepAlive(Duration interval) {
        this.keepAlive = Durations.requirePositive(interval, "keepAlive");
        return this;
    }

    /**
     * Sends a header with every call.
     *
     * @throws IllegalArgumentException when gRPC allows no such header name or value
     */
    public TernClientBuilder header(String name, String value) {
        Headers.requireValid(name, value);
        return header(name, () -> value);
    }

    /**
     * Sends a header with every call whose value may change, such as a token. The supplier is asked for each call, on
     * the caller's thread, so must be quick.
     */
    public TernClientBuilder header(String name, Supplier<String> value) {
        Headers.requireValid(name, "");
        headers.put(name, value);
        return this;
    }

    /** What the client calls itself; gRPC adds its own name and version. Default: {@code tern-client-java}. */
    public TernClientBuilder userAgent(String userAgent) {
        this.userAgent = userAgent;
        return this;
    }

    /**
     * Parses answers and completes futures on {@code executor}, those of a stream each as a task of its own. Default: on
     * gRPC's event loop.
     */
    public TernClientBuilder callbackExecutor(Executor executor) {
        this.callbackExecutor = executor;
        return this;
    }

    /**
     * Makes the client. It connects with its first call.
     *
     * @throws IllegalArgumentException when the target is none that gRPC knows, or a TLS file holds no certificate or key
     * @throws java.io.UncheckedIOException when a TLS file cannot be read
     */
    public TernClient build() {
        List<ManagedChannel> channels =
                Stream.generate(this::channel).limit(connections).collect(toUnmodifiableList());
        Transport transport = new Transport(
                channels,
                callOptions(),
                Map.copyOf(headers),
                deadline,
                callbackExecutor == null ? EventLoop::run : Runnable::run,
                callbackExecutor == null ? EventLoop::run : callbackExecutor,
                maxMessageSize);
        return new TernClient(transport, retry.isEnabled());
    }

    private CallOptions callOptions() {
        CallOptions options = waitForReady ? CallOptions.DEFAULT.withWaitForReady() : CallOptions.DEFAULT;
        return compressesRequests ? options.withCompression("gzip") : options;
    }

    private ManagedChannel channel() {
        NettyChannelBuilder channel = NettyChannelBuilder.forTarget(target, credentials())
                .defaultServiceConfig(serviceConfig())
                .disableServiceConfigLookUp()
                .maxInboundMessageSize(maxMessageSize)
                .flowControlWindow(flowControlWindow)
                .userAgent(userAgent);
        applyRetry(channel);
        if (tls != null && tls.serverName() != null) {
            channel.overrideAuthority(tls.serverName());
        }
        if (keepAlive != null) {
            channel.keepAliveTime(keepAlive.toMillis(), TimeUnit.MILLISECONDS);
        }
        return (callbackExecutor == null ? channel.directExecutor() : channel.executor(callbackExecutor)).build();
    }

    /** What gRPC keeps for a retry is the request itself, which the caller holds anyway: no reason to limit it. */
    private void applyRetry(NettyChannelBuilder channel) {
        if (retry.isEnabled()) {
            channel.maxRetryAttempts(retry.maxAttempts())
                    .perRpcBufferLimit(Integer.MAX_VALUE)
                    .retryBufferSize(Long.MAX_VALUE);
        } else {
            channel.disableRetry();
        }
    }

    private ChannelCredentials credentials() {
        return tls == null ? InsecureChannelCredentials.create() : tls.credentials();
    }

    private Map<String, ?> serviceConfig() {
        Map<String, Object> config = new HashMap<>();
        config.put("loadBalancingConfig", List.of(Map.of("round_robin", Map.of())));
        if (retry.isEnabled()) {
            config.putAll(retry.serviceConfig());
        }
        return config;
    }

    private static String target(List<String> targets) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("no targets (expected: at least one)");
        }
        targets.forEach(Target::requirePort);
        return targets.size() == 1
                ? targets.get(0)
                : StaticTargetsProvider.target(
                        targets.stream().map(Target::parse).collect(toUnmodifiableList()));
    }

    private static int requireAtLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + " (expected: " + least + " or more)");
        }
        return value;
    }
}
