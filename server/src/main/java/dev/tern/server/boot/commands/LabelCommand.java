package dev.tern.server.boot.commands;

import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.proto.admin.v1.ListModelsRequest;
import dev.tern.proto.admin.v1.Model;
import dev.tern.proto.admin.v1.RemoveLabelRequest;
import dev.tern.proto.admin.v1.RemoveLabelResponse;
import dev.tern.proto.admin.v1.SetLabelRequest;
import dev.tern.proto.admin.v1.SetLabelResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tern label}: what the labels of a running server's models stand for. */
@Command(
        name = "label",
        description =
                "Show, set and remove the labels of a running server's model versions, such as stable and canary.")
final class LabelCommand {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            scope = ScopeType.INHERIT,
            description = "The server's operators' port (--admin-port). [${DEFAULT-VALUE}]")
    private String target = "localhost:8003";

    @Command(name = "list", description = "Show what the labels stand for.")
    int list(
            @Parameters(arity = "0..1", paramLabel = "MODEL", defaultValue = "", description = "Of this model only.")
                    String model) {
        return call("label list").run(server -> list(server, model));
    }

    @Command(name = "set", description = "Have a label stand for a version, from the next request on.")
    int set(
            @Parameters(paramLabel = "MODEL", description = "The model.") String model,
            @Parameters(paramLabel = "LABEL", description = "The label, new or not.") String label,
            @Parameters(paramLabel = "VERSION", description = "A version that is served, or another label of it.")
                    String version) {
        return call("label set").run(server -> set(server, model, label, version));
    }

    @Command(name = "remove", description = "Remove a label, also one of the model's configuration.")
    int remove(
            @Parameters(paramLabel = "MODEL", description = "The model.") String model,
            @Parameters(paramLabel = "LABEL", description = "The label.") String label) {
        return call("label remove").run(server -> remove(server, model, label));
    }

    private AdminCall call(String name) {
        return new AdminCall(spec, name, target);
    }

    private static String list(AdminBlockingStub server, String only) {
        TextTable table = new TextTable("MODEL", "LABEL", "VERSION", "STATE");
        server.listModels(ListModelsRequest.getDefaultInstance()).getModelsList().stream()
                .filter(model -> only.isEmpty() || only.equals(model.getName()))
                .forEach(model -> addTo(table, model));
        return table.toString();
    }

    private static void addTo(TextTable table, Model model) {
        model.getLabelsList()
                .forEach(each -> table.add(
                        model.getName(),
                        each.getLabel(),
                        Long.toString(each.getVersion()),
                        each.getReady() ? "READY" : "not served"));
    }

    private static String set(AdminBlockingStub server, String model, String label, String version) {
        SetLabelResponse answer = server.setLabel(SetLabelRequest.newBuilder()
                .setModel(model)
                .setLabel(label)
                .setVersion(version)
                .build());
        return model + ": " + label + " is version " + answer.getVersion()
                + (answer.hasPreviousVersion() ? ", was " + answer.getPreviousVersion() : "") + System.lineSeparator();
    }

    private static String remove(AdminBlockingStub server, String model, String label) {
        RemoveLabelResponse answer = server.removeLabel(
                RemoveLabelRequest.newBuilder().setModel(model).setLabel(label).build());
        return model + ": " + label + " is removed, was version " + answer.getPreviousVersion()
                + System.lineSeparator();
    }
}
