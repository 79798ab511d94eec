package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.batching.Need.Resource;
import dev.tern.server.batching.Resources.Limit;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ResourcesTest {
    @Test
    void withoutLimitsThereIsWhatTheLargestNeedWants() throws UnmetNeedException {
        Resources resources = new Resources(List.of());
        Need four = need("r", false, 4);
        Need three = need("r", false, 3);
        resources.register(four);
        resources.register(three);
        resources.take(three);
        assertThat(resources.areFree(four)).isFalse();
        assertThat(resources.areFree(need("r", false, 1))).isTrue();
        resources.giveBack(three);
        assertThat(resources.areFree(four)).isTrue();
        resources.unregister(four);
        assertThat(resources.areFree(four)).isFalse();
        assertThat(resources.areFree(three)).isTrue();
    }

    @Test
    void needAboveTheLimitIsRefused() {
        Resources resources = new Resources(List.of(limit("resource1", 3)));
        assertThatThrownBy(() -> resources.register(need("resource1", false, 4)))
                .isInstanceOf(UnmetNeedException.class)
                .hasMessage("Resource count for \"resource1\" is limited to 3 which will prevent scheduling of one or"
                        + " more model instances, the minimum required count is 4");
    }

    @Test
    void whatTheLimitsDoNotNameIsNotThere() {
        Resources resources = new Resources(List.of(limit("resource1", 3)));
        assertThatThrownBy(() -> resources.register(need("resource2", true, 1)))
                .hasMessageContaining("Resource count for \"resource2\" is limited to 0");
    }

    @Test
    void limitOfAnotherDeviceCountsForGlobalResourcesOnly() throws UnmetNeedException {
        Resources resources = new Resources(List.of(new Limit("R", 10, OptionalInt.of(10)), limit("s", 1)));
        assertThatThrownBy(() -> resources.register(need("r", false, 4)))
                .hasMessageContaining("Resource count for \"r\" is limited to 0");
        Need global = need("r", true, 10);
        resources.register(global);
        assertThat(resources.areFree(global)).isTrue();
    }

    @Test
    void limitsOfTheHostApplyByTheLargest() throws UnmetNeedException {
        Resources resources = new Resources(List.of(limit("r", 2), new Limit("r", 5, OptionalInt.of(0))));
        resources.register(need("r", false, 5));
        assertThatThrownBy(() -> resources.register(need("r", false, 6))).isInstanceOf(UnmetNeedException.class);
    }

    @Test
    void resourceIsEitherGlobalOrADevices() throws UnmetNeedException {
        Resources resources = new Resources(List.of());
        resources.register(need("resource2", true, 2));
        assertThatThrownBy(() -> resources.register(need("resource2", false, 2)))
                .hasMessage("Resource \"resource2\" is present as both global and device-specific resource in the model"
                        + " configuration.");
    }

    private static Limit limit(String name, int count) {
        return new Limit(name, count, OptionalInt.empty());
    }

    private static Need need(String name, boolean global, int count) {
        return new Need(Map.of(new Resource(name, global), count));
    }
}
