package dev.tern.bench.cached;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;

/** Lettuce and nothing else: one GET at a time, of all keys in turn. */
final class BareGets {
    private final RedisCommands<byte[], byte[]> redis;
    private final List<byte[]> keys;

    private BareGets(RedisCommands<byte[], byte[]> redis) {
        this.redis = redis;
        this.keys = redis.keys("*");
    }

    /** Argument: the Redis, as a URI. Lines of input are nanoseconds to go on; answers are the median, ns, and bytes. */
    public static void main(String[] arguments) {
        int status = 1;
        try {
            answer(RedisClient.create(arguments[0])
                    .connect(ByteArrayCodec.INSTANCE)
                    .sync());
            status = 0;
        } finally {
            // Lettuce's threads would go on, whatever has become of this one.
            System.exit(status);
        }
    }

    private static void answer(RedisCommands<byte[], byte[]> redis) {
        System.out.println("bare Lettuce GET: one at a time, waited for");
        for (Scanner nanos = new Scanner(System.in, StandardCharsets.UTF_8); nanos.hasNextLong(); ) {
            System.out.println(new BareGets(redis).measure(nanos.nextLong()));
        }
    }

    private String measure(long nanos) {
        if (keys.isEmpty()) {
            return "0 0";
        }
        List<Long> times = new ArrayList<>();
        long bytes = 0;
        long end = System.nanoTime() + nanos;
        long now = System.nanoTime();
        do {
            byte[] value = redis.get(keys.get(times.size() % keys.size()));
            long after = System.nanoTime();
            times.add(after - now);
            bytes += value == null ? 0 : value.length;
            now = after;
        } while (now < end);
        times.sort(null);
        return times.get(times.size() / 2) + " " + bytes / times.size();
    }
}
