package dev.tern.bench.input;

import java.util.List;

/** Requests that were made once and for all. Immutable. */
final class EncodedRequests implements Requests {
    private final List<byte[]> requests;
    private final int[] rows;

    EncodedRequests(List<byte[]> requests, int[] rows) {
        this.requests = List.copyOf(requests);
        this.rows = rows;
    }

    @Override
    public int size() {
        return requests.size();
    }

    @Override
    public byte[] get(int index) {
        return requests.get(index);
    }

    @Override
    public int rows(int index) {
        return rows[index];
    }
}
