package dev.tern.server.boot.commands;

import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.proto.admin.v1.DriftFeature;
import dev.tern.proto.admin.v1.GetDriftRequest;
import dev.tern.proto.admin.v1.GetDriftResponse;
import dev.tern.proto.admin.v1.ResetDriftRequest;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern drift}: what a running server's monitor of a model has found. */
@Command(
        name = "drift",
        description = "Show whether a running server's model still gets, and gives, what it did at first"
                + " (tern.drift.monitor).")
final class DriftCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            description = "The server's operators' port (--admin-port). [${DEFAULT-VALUE}]")
    private String target = "localhost:8003";

    @Option(
            names = "--model-version",
            paramLabel = "VERSION",
            description = "A version or label; else the one that requests without one get.")
    private String version = "";

    @Option(names = "--reset", description = "Take the reference anew, from the requests that come from now on.")
    private boolean reset;

    @Parameters(paramLabel = "MODEL", description = "The model.")
    private String model = "";

    @Override
    public Integer call() {
        return new AdminCall(spec, "drift", target).run(reset ? this::reset : this::show);
    }

    private String reset(AdminBlockingStub server) {
        long of = server.resetDrift(ResetDriftRequest.newBuilder()
                        .setModel(model)
                        .setVersion(version)
                        .build())
                .getVersion();
        return model + ": the reference of version " + of + " is taken anew" + System.lineSeparator();
    }

    private String show(AdminBlockingStub server) {
        GetDriftResponse found = server.getDrift(
                GetDriftRequest.newBuilder().setModel(model).setVersion(version).build());
        TextTable table = new TextTable("FEATURE", "TEST", "REFERENCE", "WINDOWS", "STATISTIC", "P-VALUE", "STATE");
        found.getFeaturesList().forEach(each -> table.add(row(each, found.getReferenceRows())));
        return found.getModel() + " version " + found.getVersion() + ": " + found.getRows() + " rows looked at, "
                + found.getDropped() + " dropped; windows of " + found.getWindowRows()
                + String.format(Locale.ROOT, ", p-value limit %.2g", found.getPValueLimit()) + System.lineSeparator()
                + table;
    }

    private static String[] row(DriftFeature feature, int referenceRows) {
        return new String[] {
            feature.getName(),
            test(feature.getTest()),
            feature.getReferenceValues() + "/" + referenceRows,
            Long.toString(feature.getWindows()),
            feature.hasStatistic() ? String.format(Locale.ROOT, "%.4f", feature.getStatistic()) : "-",
            feature.hasPValue() ? String.format(Locale.ROOT, "%.2g", feature.getPValue()) : "-",
            state(feature)
        };
    }

    private static String test(DriftFeature.Test test) {
        return switch (test) {
            case TEST_KOLMOGOROV_SMIRNOV -> "ks";
            case TEST_POPULATION_STABILITY_INDEX -> "psi";
            case TEST_UNSPECIFIED, UNRECOGNIZED -> "-";
        };
    }

    private static String state(DriftFeature feature) {
        if (feature.getTest() == DriftFeature.Test.TEST_UNSPECIFIED) {
            return "no reference yet";
        }
        if (feature.getWindows() == 0) {
            return "no window yet";
        }
        return feature.getDrifted() ? "DRIFTED" : "steady";
    }
}
