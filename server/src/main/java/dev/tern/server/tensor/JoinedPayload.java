package dev.tern.server.tensor;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** Payloads one after another as one, without a copy; holds a reference to each for every one of its own. */
public final class JoinedPayload implements Payload {
    private final List<Payload> parts;
    private final long[] ends;

    private JoinedPayload(List<Payload> parts, long[] ends) {
        this.parts = parts;
        this.ends = ends;
    }

    /** Joins {@code parts} in order; takes over one reference to each. */
    public static JoinedPayload of(List<Payload> parts) {
        long[] ends = new long[parts.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += parts.get(i).size();
            ends[i] = end;
        }
        return new JoinedPayload(List.copyOf(parts), ends);
    }

    @Override
    public long size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /** As if no two parts shared any. */
    @Override
    public long held() {
        long held = 0;
        for (int i = 0; i < parts.size(); i++) {
            held += parts.get(i).held();
        }
        return held;
    }

    @Override
    public void copyTo(long from, ByteBuffer dst) {
        Objects.checkFromIndexSize(from, dst.remaining(), size());
        int limit = dst.limit();
        long position = from;
        for (int i = 0; i < ends.length && dst.position() < limit; i++) {
            if (position < ends[i]) {
                long rest = Math.min(ends[i] - position, limit - dst.position());
                long start = ends[i] - parts.get(i).size();
                parts.get(i).copyTo(position - start, dst.limit(dst.position() + (int) rest));
                position += rest;
                dst.limit(limit);
            }
        }
    }

    @Override
    public void show(long from, long length, ByteSink sink) {
        Objects.checkFromIndexSize(from, /* size= */ length, /* length= */ size());
        long position = from;
        long end = from + length;
        for (int i = 0; i < ends.length && position < end; i++) {
            if (position < ends[i]) {
                long until = Math.min(ends[i], end);
                parts.get(i).show(position - (ends[i] - parts.get(i).size()), until - position, sink);
                position = until;
            }
        }
    }

    @Override
    public Payload retain() {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).retain();
        }
        return this;
    }

    @Override
    public void release() {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).release();
        }
    }
}
