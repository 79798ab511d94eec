package dev.tern.bench.scale;

import java.util.List;

/**
 * What one model gave.
 *
 * @param model its name
 * @param settings in the order asked for; none where it could not be measured to the end
 * @param failure why it could not; empty if it could
 */
public record ScaleResult(String model, List<SettingResult> settings, String failure) {
    public ScaleResult {
        settings = List.copyOf(settings);
    }
}
