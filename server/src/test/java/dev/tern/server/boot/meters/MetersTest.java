package dev.tern.server.boot.meters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.telemetry.Telemetry;
import dev.tern.server.testing.FakeClock;
import org.junit.jupiter.api.Test;

/** Which meters count what a version answers while it is loaded twice. */
class MetersTest {
    private static final String ANSWERED =
            "tern_inference_requests_total{model=\"m\",outcome=\"success\",version=\"1\"} ";

    @Test
    void requestsAreCountedWhicheverOfTwoIsClosedFirst() {
        try (Telemetry telemetry = new Telemetry(Meters.OUTCOMES, "test", () -> 0, () -> 0)) {
            Meters meters = new Meters(telemetry);
            VersionMeters served = meters.open("m", 1, new FakeClock());
            VersionMeters other = meters.open("m", 2, new FakeClock());
            VersionMeters failed = meters.open("m", 1, new FakeClock());
            failed.close();
            meters.answered("m", 1, null, 1_000);
            assertThat(telemetry.scrape("").text()).contains(ANSWERED + "1.0");
            VersionMeters replacing = meters.open("m", 1, new FakeClock());
            served.close();
            meters.answered("m", 1, null, 1_000);
            assertThat(telemetry.scrape("").text()).contains(ANSWERED + "2.0");
            replacing.close();
            other.close();
            meters.answered("m", 1, null, 1_000);
            assertThat(telemetry.scrape("").text()).doesNotContain(ANSWERED);
        }
    }
}
