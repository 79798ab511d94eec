package dev.tern.server.rpc;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.traffic.Shadows;
import dev.tern.server.traffic.Traffic;

/** Traffic of which nothing is split or copied. */
final class Undivided {
    private Undivided() {}

    static Traffic traffic(Clock clock) {
        Shadows none = new Shadows(
                (model, version) -> null,
                (model, candidate) -> {
                    throw new AssertionError("nothing is copied");
                },
                clock,
                Runnable::run);
        return new Traffic(model -> TrafficSettings.NONE, () -> 0, none);
    }
}
