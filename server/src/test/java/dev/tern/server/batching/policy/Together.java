package dev.tern.server.batching.policy;

import java.util.ArrayList;
import java.util.List;

/** What some requests come to if they run together, and which of them may: the plain way, apart from the code under test. */
record Together(List<FakeRequest> requests) {
    int rows() {
        return requests.stream().mapToInt(FakeRequest::rows).sum();
    }

    /** Every row costs as much as the longest. */
    long units() {
        long longest =
                requests.stream().mapToLong(FakeRequest::unitsPerRow).max().orElse(1);
        return Math.max(1, rows() * longest);
    }

    long tightestNanos() {
        return requests.stream().mapToLong(FakeRequest::deadlineNanos).min().orElse(Waiting.NO_DEADLINE);
    }

    long oldestNanos() {
        return requests.stream().mapToLong(FakeRequest::enqueuedNanos).min().orElseThrow();
    }

    /** One alone is always allowed. */
    boolean isWithin(SchedulerSettings settings) {
        return requests.size() == 1
                || (rows() <= settings.maxBatchSize()
                        && requests.size() <= settings.maxBatchSize()
                        && (settings.maxPaddedUnits() == 0 || units() <= settings.maxPaddedUnits()));
    }

    /** Whether one more request, of a row, could not join. */
    boolean isFull(SchedulerSettings settings) {
        return rows() >= settings.maxBatchSize() || requests.size() >= settings.maxBatchSize() || !isWithin(settings);
    }

    Together first(int count) {
        return new Together(requests.subList(0, count));
    }

    /** As many of the first as may run together. */
    Together most(SchedulerSettings settings) {
        int count = 1;
        while (count < requests.size()
                && !first(count).isFull(settings)
                && first(count + 1).isWithin(settings)) {
            count++;
        }
        return first(count);
    }

    /** How many of the first come to exactly a preferred size, the largest such; 0 if none. */
    int preferred(SchedulerSettings settings) {
        int found = 0;
        for (int count = 1; count <= requests.size(); count++) {
            found = settings.preferredBatchSizes().contains(first(count).rows()) ? count : found;
        }
        return found;
    }

    Together of(Object group) {
        return new Together(
                requests.stream().filter(each -> each.group().equals(group)).toList());
    }

    Together and(List<FakeRequest> more) {
        List<FakeRequest> all = new ArrayList<>(requests);
        all.addAll(more);
        return new Together(all);
    }
}
