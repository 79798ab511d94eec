package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.cache.redis.RedisAddress.Node;
import dev.tern.server.cache.redis.RedisAddress.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "redis://localhost redis://localhost:6379",
                "redis://localhost/ redis://localhost:6379",
                "rediss://10.0.0.1:7000/3 rediss://10.0.0.1:7000/3",
                "redis://[::1]:7000 redis://[::1]:7000",
                "redis-sentinel://a,b:7/2#main redis-sentinel://a:26379,b:7/2#main",
                "rediss-cluster://a:1,b:2,c rediss-cluster://a:1,b:2,c:6379"
            })
    void addressesAreRead(String text, String shown) {
        assertThat(RedisAddress.parse(text)).map(RedisAddress::toString).contains(shown);
    }

    @Test
    void itsPartsAreWhatTheySay() {
        assertThat(RedisAddress.parse("rediss-sentinel://a,b:7/2#main"))
                .contains(new RedisAddress(
                        Topology.SENTINEL, true, List.of(new Node("a", 26379), new Node("b", 7)), 2, "main"));
        assertThat(RedisAddress.parse("redis://[::1]").orElseThrow().nodes()).containsExactly(new Node("::1", 6379));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:6379",
                "http://localhost",
                "redis://",
                "redis://:6379",
                "redis://a:0",
                "redis://a:65536",
                "redis://a:x",
                "redis://a,b",
                "redis://a/x",
                "redis://a#main",
                "redis-sentinel://a",
                "redis-cluster://a/1",
                "redis-cluster://a,,b",
                "redis-cluster://a#main",
                "redis://user:password@a",
                "redis://a?timeout=1s"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThat(RedisAddress.parse(text)).isEmpty();
    }
}
