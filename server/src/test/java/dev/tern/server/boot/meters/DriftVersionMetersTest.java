package dev.tern.server.boot.meters;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tern.server.drift.DriftObserver.Change;
import dev.tern.server.predict.DriftState;
import dev.tern.server.telemetry.Telemetry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DriftVersionMetersTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(DriftVersionMeters.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Telemetry telemetry = new Telemetry(Meters.OUTCOMES, "test", () -> 0, () -> 0);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void close() {
        logger.detachAppender(log);
        telemetry.close();
    }

    private static DriftState.Feature feature(DriftState.Test test, boolean drifted) {
        return new DriftState.Feature("x", test, 5000, 3, 0.5, 0.25, drifted);
    }

    @Test
    void ofAVersionThatIsOpenTwiceTheNewerOneIsShown() {
        String drifted = "tern_drift_drifted{feature=\"x\",model=\"m\",version=\"1\"} ";
        Meters meters = new Meters(telemetry);
        DriftVersionMeters older = meters.openDrift("m", 1, List.of("x"));
        older.compared(0, feature(DriftState.Test.KOLMOGOROV_SMIRNOV, true), Change.NONE);
        DriftVersionMeters newer = meters.openDrift("m", 1, List.of("x"));
        older.compared(0, feature(DriftState.Test.KOLMOGOROV_SMIRNOV, true), Change.NONE);
        assertThat(telemetry.scrape("").text()).contains(drifted + "0.0");
        newer.close();
        assertThat(telemetry.scrape("").text())
                .as("the newer one was not loaded after all")
                .contains(drifted + "1.0");

        newer = meters.openDrift("m", 1, List.of("x"));
        newer.compared(0, feature(DriftState.Test.KOLMOGOROV_SMIRNOV, true), Change.NONE);
        older.takenAnew();
        older.close();
        assertThat(telemetry.scrape("").text()).contains(drifted + "1.0");
        newer.close();
        assertThat(telemetry.scrape("").text()).doesNotContain("tern_drift");
    }

    @Test
    void aDriftIsLoggedWhenItBeginsAndWhenItEndsAndShownAllTheTime() {
        DriftVersionMeters meters = new Meters(telemetry).openDrift("m", 1, List.of("x"));
        DriftState.Feature drifted = feature(DriftState.Test.KOLMOGOROV_SMIRNOV, true);
        meters.compared(0, drifted, Change.BEGAN);
        meters.compared(0, drifted, Change.NONE);
        assertThat(telemetry.scrape("").text())
                .contains("tern_drift_drifted{feature=\"x\",model=\"m\",version=\"1\"} 1.0")
                .contains("tern_drift_ks{feature=\"x\",model=\"m\",version=\"1\"} 0.5");
        meters.compared(0, feature(DriftState.Test.POPULATION_STABILITY_INDEX, false), Change.ENDED);
        assertThat(telemetry.scrape("").text())
                .contains("tern_drift_drifted{feature=\"x\",model=\"m\",version=\"1\"} 0.0")
                .contains("tern_drift_psi{feature=\"x\",model=\"m\",version=\"1\"} 0.5");

        assertThat(log.list)
                .extracting(each -> each.getLevel() + " " + each.getFormattedMessage())
                .containsExactly(
                        "WARN Model 'm' version 1: 'x' drifts from its reference: Kolmogorov-Smirnov distance 0.5,"
                                + " p-value 0.25",
                        "WARN Model 'm' version 1: 'x' is as in its reference again: population stability index 0.5,"
                                + " p-value 0.25");
        meters.close();
        assertThat(telemetry.scrape("").text()).doesNotContain("tern_drift");
    }
}
