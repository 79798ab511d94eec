package dev.tern.server.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelParameter;
import dev.tern.proto.inference.ModelResponseCache;
import dev.tern.server.engine.BatchProbe.Finding;
import dev.tern.server.engine.BatchProbe.Finding.Verdict;
import org.junit.jupiter.api.Test;

class RowDecisionTest {
    private static final ModelConfig MARKED = ModelConfig.newBuilder()
            .setMaxBatchSize(8)
            .setResponseCache(ModelResponseCache.newBuilder().setEnable(true))
            .putParameters(
                    "tern.cache.rows",
                    ModelParameter.newBuilder().setStringValue("true").build())
            .build();

    private static RowDecision decide(Verdict verdict) {
        return RowDecision.of(MARKED, false, new Finding(verdict, "of the test"));
    }

    @Test
    void whatSpeaksAgainstTheMarkEndsIt() {
        assertThat(decide(Verdict.NUMERIC).byRows()).isFalse();
        assertThat(decide(Verdict.NUMERIC).warnings())
                .containsExactly("tern.cache.rows has no effect, answers are kept whole: rows affect each other, of the"
                        + " test; remove it, or raise tern.batching.tolerance if that much is to count as equal");
        assertThat(decide(Verdict.STRUCTURAL).byRows()).isFalse();
        assertThat(decide(Verdict.STRUCTURAL).warnings())
                .containsExactly("tern.cache.rows has no effect, answers are kept whole: of the test; remove it");
    }

    @Test
    void otherwiseTheConfigurationDecides() {
        assertThat(decide(Verdict.BATCHES).byRows()).isTrue();
        assertThat(decide(Verdict.BATCHES).warnings()).isEmpty();
        assertThat(decide(Verdict.INCONCLUSIVE).byRows()).isTrue();
        ModelConfig unmarked = MARKED.toBuilder().clearParameters().build();
        RowDecision decision = RowDecision.of(unmarked, true, new Finding(Verdict.NUMERIC, "of the test"));
        assertThat(decision.byRows()).isFalse();
        assertThat(decision.warnings()).isEmpty();
    }

    @Test
    void ofAQuantizedModelTheOperatorIsTold() {
        RowDecision decision = RowDecision.of(MARKED, true, new Finding(Verdict.BATCHES, ""));
        assertThat(decision.byRows()).isTrue();
        assertThat(decision.warnings()).singleElement().asString().startsWith("tern.cache.rows: the model is dynam");
    }
}
