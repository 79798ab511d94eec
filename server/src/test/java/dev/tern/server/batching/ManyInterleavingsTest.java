package dev.tern.server.batching;

import dev.tern.server.testing.SoakLength;
import org.junit.jupiter.api.Tag;

/** Many schedules of each. */
@Tag("soak")
class ManyInterleavingsTest extends Interleavings {
    ManyInterleavingsTest() {
        super(SoakLength.of(200));
    }
}
