package dev.tern.server.boot.caches;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.boot.meters.CacheVersionMeters;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.boot.process.Closeables;
import dev.tern.server.boot.settings.CacheSettings;
import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.cache.CacheScope;
import dev.tern.server.cache.CacheSecret;
import dev.tern.server.cache.KeyHashes;
import dev.tern.server.cache.LookUpSample;
import dev.tern.server.cache.RequestKeys;
import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.cache.local.LocalCaches;
import dev.tern.server.cache.local.ShareException;
import dev.tern.server.engine.onnx.OnnxEngine;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.predict.Clock;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.config.ParameterKeys;
import dev.tern.server.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The response cache of the whole process, of which each version gets its part. */
public final class ResponseCaches {
    private static final String SECRET_FLAG = "--cache-secret-file";

    private static final String REDIS_VALUES = "values in Redis";

    private final KeyHashes hashes;
    private final LocalCaches local;
    private final Optional<RedisCache> redis;
    private final Clock clock;
    private final boolean keepsNothing;

    private ResponseCaches(
            CacheSecret secret, ServerOptions.ResponseCache options, Optional<RedisCache> redis, Clock clock) {
        this.hashes = new KeyHashes(secret);
        this.local = new LocalCaches(options.maxBytes(), clock);
        this.redis = redis;
        this.clock = clock;
        this.keepsNothing = options.maxBytes() == 0 && options.redis().isEmpty();
    }

    /**
     * In this process's memory only, whatever the options say of Redis: connects to nothing.
     *
     * @throws IOException if the secret cannot be read; the message names the flag
     */
    public static ResponseCaches of(ServerOptions.ResponseCache options, Clock clock) throws IOException {
        return new ResponseCaches(secret(options), options, Optional.empty(), clock);
    }

    /** As {@link #of}, and in Redis where the options say so; begins to connect. */
    public static ResponseCaches open(
            ServerOptions.ResponseCache options, Clock clock, Telemetry telemetry, Closeables closeables)
            throws IOException {
        CacheSecret secret = secret(options);
        Optional<RedisCache> redis = options.redis()
                .map(settings ->
                        closeables.add(new RedisCache(settings, secret.derive(REDIS_VALUES), clock, telemetry)));
        return new ResponseCaches(secret, options, redis, clock);
    }

    private static CacheSecret secret(ServerOptions.ResponseCache options) throws IOException {
        Optional<Path> file = options.secretFile();
        return file.isPresent() ? read(file.get()) : CacheSecret.random();
    }

    private static CacheSecret read(Path file) throws IOException {
        try {
            return CacheSecret.read(file);
        } catch (IOException e) {
            throw new IOException(SECRET_FLAG + "=" + file + ": " + reason(e), e);
        }
    }

    /** Of a file that is not there, Java says no more than its name. */
    private static String reason(IOException e) {
        return e instanceof FileSystemException
                ? "cannot be read (expected: a file that this user may read)"
                : String.valueOf(e.getMessage());
    }

    /** Bytes that all kept answers may take. */
    public long maxBytes() {
        return local.maxBytes();
    }

    /**
     * The part of a version with this effective configuration.
     *
     * @param byRows whether each row is kept by itself
     * @throws VersionLoadException if other models leave less than the share that it wants
     */
    public VersionCache open(
            ModelConfig config, long version, OnnxModel model, CacheVersionMeters meters, boolean byRows)
            throws VersionLoadException {
        ModelSettings settings = new ModelSettings(config);
        CacheSettings cache = settings.cache();
        CacheScope scope = CacheScope.of(OnnxEngine.runtime(), model.digest(), AnsweringConfig.bytes(config));
        try {
            LocalCache part = local.open(config.getName(), scope, cache.share(), cache.ttlNanos(), meters);
            return new VersionCache(
                    new RequestKeys(hashes, scope, settings.outputs()),
                    part,
                    redis.map(level ->
                            level.open(config.getName(), version, settings.redisTimes(), part, meters::isCounted)),
                    clock,
                    meters,
                    new LookUpSample(byRows ? 0 : cache.minHitRatio(), meters, meters::isCounted),
                    byRows);
        } catch (ShareException e) {
            meters.close();
            throw new VersionLoadException("parameters[" + ParameterKeys.CACHE_SHARE + "]: '" + cache.share()
                    + "' is not allowed; " + e.allowed());
        }
    }

    /** What an operator should know of a model with this effective configuration. */
    public List<String> warnings(ModelConfig config) {
        ModelSettings settings = new ModelSettings(config);
        List<String> warnings = new ArrayList<>();
        if (settings.cache().enabled() && keepsNothing) {
            warnings.add("response_cache keeps no answers, as --cache-size is 0; equal requests still share a run");
        }
        if (settings.cache().enabled()
                && settings.redisTimes().ttlMillis() > settings.redisTimes().maxAgeMillis()) {
            warnings.add(ParameterKeys.CACHE_L2_TTL_MS + " is more than " + ParameterKeys.CACHE_TTL_MS
                    + ": Redis keeps answers that are too old to be given");
        }
        if (settings.cache().enabled()
                && settings.isMarkedRowWise()
                && !settings.cache().byRows()) {
            warnings.add(ParameterKeys.CACHE_ROWS + " has no effect: requests have no batch dimension");
        }
        return warnings;
    }
}
