package dev.tern.bench.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CacheCountsTest {
    private static final String PAGE = """
            # HELP tern_cache_lookups_total Look-ups
            tern_cache_lookups_total{level="l1",model="a",outcome="hit",version="1"} 30.0
            tern_cache_lookups_total{level="l1",model="a",outcome="hit",version="2"} 10.0
            tern_cache_lookups_total{level="l1",model="a",outcome="miss",version="1"} 10.0
            tern_cache_lookups_total{level="l1",model="b",outcome="hit",version="1"} 7.0
            tern_cache_lookups_total{level="l2",model="a",outcome="hit",version="1"} 6.0
            tern_cache_lookups_total{level="l2",model="a",outcome="timeout",version="1"} 1.0
            tern_cache_lookups_total{level="l2",model="a",outcome="miss",version="1"} 1.0
            tern_cache_coalesced_total{model="a",version="1"} 3.0
            tern_cache_entries{model="a"} 12.0
            tern_cache_memory_bytes{model="a"} 3600.0
            tern_cache_rows_total{model="a",outcome="l1",version="1"} 60.0
            tern_cache_rows_total{model="a",outcome="computed",version="1"} 20.0
            """;

    @Test
    void countsOneModelInAllItsVersions() {
        CacheCounts counts = CacheCounts.of(PAGE, "a");
        assertThat(counts).isEqualTo(new CacheCounts(40, 10, 6, 2, 3, 12, 3_600, 20, 80));
        assertThat(counts.hitRatio()).isEqualTo(0.8);
        assertThat(counts.farHitRatio()).isEqualTo(0.75);
        assertThat(counts.computedShare()).isEqualTo(0.25);
    }

    @Test
    void betweenTwoReadingsIsWhatWasCountedAndWhatIsThereIsWhatIsThere() {
        CacheCounts before = new CacheCounts(30, 10, 6, 0, 1, 99, 99, 10, 40);
        assertThat(CacheCounts.of(PAGE, "a").since(before))
                .isEqualTo(new CacheCounts(10, 0, 0, 2, 2, 12, 3_600, 10, 40));
    }

    @Test
    void aModelWithoutACacheHasNone() {
        assertThat(CacheCounts.of(PAGE, "c").lookUps()).isZero();
        assertThat(CacheCounts.of(PAGE, "c").hitRatio()).isNaN();
    }
}
