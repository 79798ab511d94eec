package dev.tern.bench.load;

import java.util.Iterator;

/** Cuts stages into bursts and silences; the bursts' rate makes up for the silence, so that the mean stays. */
final class Bursts implements Iterator<Stage> {
    private final Iterator<Stage> stages;
    private final long on;
    private final long cycle;
    private Stage stage = new Stage(0, 0, 0);
    private long done;
    private long inCycle;

    Bursts(Iterator<Stage> stages, long on, long off) {
        this.stages = stages;
        this.on = on;
        cycle = on + off;
    }

    @Override
    public boolean hasNext() {
        return done < stage.nanos() || stages.hasNext();
    }

    @Override
    public Stage next() {
        while (done >= stage.nanos()) {
            stage = stages.next();
            done = 0;
        }
        boolean bursting = inCycle < on;
        long length = Math.min(stage.nanos() - done, (bursting ? on : cycle) - inCycle);
        Stage part = stage.part(done, length, bursting ? (double) cycle / on : 0);
        done += length;
        inCycle = (inCycle + length) % cycle;
        return part;
    }
}
