package dev.tern.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Shadow;
import dev.tern.server.predict.TrafficSettings.Share;
import dev.tern.server.predict.TrafficSettings.Sticky;
import dev.tern.server.testing.CountingReply;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final TrafficSettings CONFIGURED = TrafficSettings.NONE.withSplit(List.of(new Share("1", 1)));

    private double drawn;

    private final Shadows shadows = new Shadows(
            (model, version) -> null,
            (model, candidate) -> {
                throw new AssertionError("nothing is copied");
            },
            new FakeClock(),
            Runnable::run);
    private final Traffic traffic =
            new Traffic(model -> model.equals("m") ? CONFIGURED : TrafficSettings.NONE, () -> drawn, shadows);

    @Test
    void whatIsSetWinsUntilItIsReset() {
        assertThat(traffic.settings("m")).isEqualTo(CONFIGURED);
        assertThat(traffic.isSet("m")).isFalse();
        TrafficSettings other = CONFIGURED.withSplit(List.of(new Share("2", 1)));
        traffic.set("m", other);
        assertThat(traffic.settings("m")).isEqualTo(other);
        assertThat(traffic.settings("m", CONFIGURED)).isEqualTo(other);
        assertThat(traffic.settings("other")).isEqualTo(TrafficSettings.NONE);
        assertThat(traffic.isSet("m")).isTrue();
        assertThat(traffic.reset("m")).isEqualTo(CONFIGURED);
        assertThat(traffic.settings("m")).isEqualTo(CONFIGURED);
        assertThat(traffic.isSet("m")).isFalse();
    }

    @Test
    void aChangeBeginsWithWhatIsInForce() {
        TrafficSettings sticky = traffic.change("m", before -> before.withSticky(new Sticky("user", "")));
        assertThat(sticky.split()).isEqualTo(CONFIGURED.split());
        TrafficSettings both = traffic.change("m", before -> before.withSplit(List.of(new Share("3", 1))));
        assertThat(both.sticky()).isEqualTo(new Sticky("user", ""));
    }

    @Test
    void metadataAreReadOnceAnythingWantsThem() {
        traffic.set("m", CONFIGURED.withSticky(new Sticky("user", "")));
        assertThat(traffic.readsMetadata()).isFalse();
        traffic.set("m", CONFIGURED.withSticky(new Sticky("", "x-user")));
        assertThat(traffic.readsMetadata()).isTrue();
    }

    @Test
    void aValueStaysWhereItIsAndWithoutOneItIsChance() {
        TrafficSettings halves = CONFIGURED.withSplit(List.of(new Share("1", 1), new Share("2", 1)));
        String version = traffic.draw("m", halves, "user-7").next();
        drawn = 0.9;
        assertThat(traffic.draw("m", halves, "user-7").next()).isEqualTo(version);
        assertThat(traffic.draw("m", halves, null).next()).isEqualTo("1");
        drawn = 0.4;
        assertThat(traffic.draw("m", halves, null).next()).isEqualTo("2");
    }

    @Test
    void soManyPercentAreCopied() {
        Reply reply = new CountingReply();
        TrafficSettings tenth = CONFIGURED.withShadow(new Shadow("2", 10));
        InferenceRequest request = new InferenceRequest("m", "", List.of(), List.of(), Map.of(), FakeCall.patient());
        drawn = 0.0999;
        assertThat(traffic.copying(tenth, 1, request, reply)).isNotSameAs(reply);
        drawn = 0.1;
        assertThat(traffic.copying(tenth, 1, request, reply)).isSameAs(reply);
        drawn = 0;
        assertThat(traffic.copying(CONFIGURED, 1, request, reply)).isSameAs(reply);
    }
}
