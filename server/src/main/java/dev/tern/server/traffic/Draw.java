package dev.tern.server.traffic;

import dev.tern.server.predict.TrafficSettings.Share;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the version for one point of a split, and the next one if that cannot be had. One thread.
 *
 * <p>The shares lie side by side on [0, 1), the <em>last</em> of the split at the bottom, so that whoever is on a last
 * version whose share grows stays on it: 1:90,2:10 gives [0, 0.1) to version 2, and 1:50,2:50 gives it [0, 0.5). The place
 * of a version that cannot be had is divided between the others by their weights; nobody else's version changes by it.
 */
public final class Draw {
    private List<Share> left;
    private @Nullable Share given;
    private double point;

    /** @param point at least 0 and less than 1 */
    public Draw(List<Share> split, double point) {
        this.left = split;
        this.point = point;
    }

    /** The version at the point among those that were not given yet; null when no weight is left. */
    public @Nullable String next() {
        if (given != null) {
            left = new ArrayList<>(left);
            left.remove(given);
        }
        given = at(point * sum());
        return given == null ? null : given.version();
    }

    private double sum() {
        double sum = 0;
        for (Share each : left) {
            sum += each.weight();
        }
        return sum;
    }

    /** Leaves in {@link #point} where within the chosen share the point was. */
    private @Nullable Share at(double weight) {
        double below = weight;
        Share last = null;
        for (int i = left.size() - 1; i >= 0; i--) {
            Share each = left.get(i);
            if (each.weight() > 0 && below < each.weight()) {
                point = below / each.weight();
                return each;
            }
            below -= each.weight();
            last = each.weight() > 0 ? each : last;
        }
        // Rounding may leave a point above all shares; it belongs to the uppermost.
        point = 0;
        return last;
    }
}
