package dev.tern.bench.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.FakeServer;
import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.report.Page;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.ModelSettings;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.Verification;
import dev.tern.bench.target.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SweepPageTest {
    private static final Point FINE = Windows.answered(100, 5);
    private static final Point LATE = Windows.of(9_000, 9_000, 0, 30, 5);

    @Test
    void whereTheGeneratorWasTheLimitIsSaid() throws IOException {
        Page page = page(List.of(FINE, LATE), List.of());
        assertThat(page.texts("li"))
                .singleElement()
                .asString()
                .startsWith("The generator, not the server, was the bottleneck at 9,000/s: ");
        assertThat(page.rows(0)).element(1).asString().startsWith("100/s | ").endsWith(" | kept up");
        assertThat(page.rows(0)).element(2).asString().endsWith(" | too slow");
        assertThat(page(List.of(FINE), List.of()).texts("li")).isEmpty();
    }

    @Test
    void whatIsAssertedIsJudgedByTheRate() throws IOException {
        Page page = page(List.of(FINE), List.of(new RateVerdict(100, ""), new RateVerdict(200, "p99 = 30.0 ms")));
        assertThat(page.rows(0))
                .containsExactly(
                        "rate | condition | verdict",
                        "100/s | p99<20ms | met",
                        "200/s | p99<20ms | NOT MET: p99 = 30.0 ms");
    }

    private static Page page(List<Point> points, List<RateVerdict> verdicts) throws IOException {
        Sweep sweep = new Sweep("curve", last(), points, Optional.empty(), "p99<20ms", verdicts);
        return Page.parse(SweepPage.of(sweep, "1.0"));
    }

    /** What all windows share is told by the last. */
    private static RunResult last() throws IOException {
        try (FakeServer server = FakeServer.start()) {
            RequestHead head = new RequestHead(FakeServer.MODEL, "", OptionalLong.empty(), Optional.empty());
            return new BenchRun(new RunSettings(
                            HostPort.parse(server.address()),
                            List.of(ModelSettings.alone(
                                    head, InputSettings.random(1, List.of(), List.of(), 1), Duration.ofSeconds(10))),
                            1,
                            new ClosedLoad(1),
                            1,
                            1,
                            Duration.ZERO,
                            Optional.empty(),
                            OptionalLong.of(1),
                            Verification.NONE))
                    .run();
        }
    }
}
