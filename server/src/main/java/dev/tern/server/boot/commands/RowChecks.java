package dev.tern.server.boot.commands;

import dev.tern.server.boot.checks.RowCheck;
import dev.tern.server.boot.checks.RowFinding;
import dev.tern.server.boot.checks.RowFinding.Verdict;
import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.repository.VersionIndex;
import java.io.PrintWriter;
import java.util.List;

/** Holds every version that is ready to what its configuration claims of its rows. */
final class RowChecks {
    private final ModelRepository repository;
    private final double tolerance;
    private final PrintWriter out;

    RowChecks(ModelRepository repository, double tolerance, PrintWriter out) {
        this.repository = repository;
        this.tolerance = tolerance;
        this.out = out;
    }

    /** Prints what is found; returns how many claim to be row-wise and were not found so. */
    int run(List<ModelIndex> models) throws InterruptedException {
        RowTable table = new RowTable();
        int wrong = 0;
        for (ModelIndex model : models) {
            for (VersionIndex version : model.versions()) {
                if (repository.acquire(model.name(), Long.toString(version.version()))
                        instanceof ServedVersion served) {
                    wrong += check(served, table) ? 0 : 1;
                }
            }
        }
        out.print(table);
        out.println();
        out.println(wrong + " models are marked tern.cache.rows and not row-wise within " + tolerance);
        return wrong;
    }

    private boolean check(ServedVersion served, RowTable table) throws InterruptedException {
        try {
            boolean marked = new ModelSettings(served.config()).isMarkedRowWise();
            if (!marked && served.config().getMaxBatchSize() == 0) {
                return true;
            }
            RowFinding finding = new RowCheck(served, tolerance).find();
            table.add(served.model(), served.version(), marked, finding);
            return !marked || finding.verdict() == Verdict.ROW_WISE;
        } finally {
            served.release();
        }
    }
}
