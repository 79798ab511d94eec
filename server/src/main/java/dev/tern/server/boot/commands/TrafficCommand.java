package dev.tern.server.boot.commands;

import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.proto.admin.v1.GetTrafficRequest;
import dev.tern.proto.admin.v1.ResetTrafficRequest;
import dev.tern.proto.admin.v1.SetTrafficRequest;
import dev.tern.proto.admin.v1.TrafficShadow;
import dev.tern.proto.admin.v1.TrafficShare;
import dev.tern.proto.admin.v1.TrafficSplit;
import dev.tern.proto.admin.v1.TrafficSticky;
import dev.tern.server.predict.TrafficSettings.Shadow;
import dev.tern.server.repository.config.TrafficConfig;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tern traffic}: which versions of a running server's models answer, and which get copies. */
@Command(
        name = "traffic",
        description = "Show and change how a running server's requests go to the versions of a model.")
final class TrafficCommand {
    private static final String OFF = "off";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            scope = ScopeType.INHERIT,
            description = "The server's operators' port (--admin-port). [${DEFAULT-VALUE}]")
    private String target = "localhost:8003";

    @Command(name = "show", description = "Show what is in force, and what came of copies.")
    int show(@Parameters(paramLabel = "MODEL", description = "The model.") String model) {
        return call(
                "show",
                server -> TrafficText.of(server.getTraffic(
                        GetTrafficRequest.newBuilder().setModel(model).build())));
    }

    @Command(name = "split", description = "Divide the requests that name no version, from the next one on.")
    int split(
            @Parameters(paramLabel = "MODEL", description = "The model.") String model,
            @Parameters(
                            paramLabel = "SPLIT",
                            description = "Versions or labels with weights, as 1:90,2:10; off: all go to the newest.")
                    String split) {
        TrafficSplit shares = split.equals(OFF) ? TrafficSplit.getDefaultInstance() : parsed(split, this::shares);
        return set("split", change(model).setSplit(shares));
    }

    @Command(name = "sticky", description = "Keep a user on one side of the split; without an option, nobody.")
    int sticky(
            @Parameters(paramLabel = "MODEL", description = "The model.") String model,
            @Option(
                            names = "--parameter",
                            paramLabel = "NAME",
                            defaultValue = "",
                            description = "The request parameter whose value says who it is.")
                    String parameter,
            @Option(
                            names = "--metadata",
                            paramLabel = "KEY",
                            defaultValue = "",
                            description = "The gRPC metadata key whose value does, where there is no such parameter.")
                    String metadata) {
        return set(
                "sticky",
                change(model)
                        .setSticky(TrafficSticky.newBuilder()
                                .setParameter(parameter)
                                .setMetadata(metadata)));
    }

    @Command(name = "shadow", description = "Send a version copies of what others have answered, and compare.")
    int shadow(
            @Parameters(paramLabel = "MODEL", description = "The model.") String model,
            @Parameters(
                            paramLabel = "SHADOW",
                            description = "A version or label and a percentage, as 3:20; off: nobody gets copies.")
                    String shadow) {
        Shadow given = shadow.equals(OFF) ? Shadow.NONE : parsed(shadow, TrafficConfig::shadow);
        return set(
                "shadow",
                change(model)
                        .setShadow(TrafficShadow.newBuilder()
                                .setVersion(given.version())
                                .setPercent(given.percent())));
    }

    @Command(name = "reset", description = "Have all of it be as the model's configuration says.")
    int reset(@Parameters(paramLabel = "MODEL", description = "The model.") String model) {
        return call(
                "reset",
                server -> TrafficText.of(server.resetTraffic(
                                ResetTrafficRequest.newBuilder().setModel(model).build())
                        .getTraffic()));
    }

    private TrafficSplit shares(String text) {
        TrafficSplit.Builder split = TrafficSplit.newBuilder();
        TrafficConfig.split(text)
                .forEach(each -> split.addShares(
                        TrafficShare.newBuilder().setVersion(each.version()).setWeight(each.weight())));
        return split.build();
    }

    private <T> T parsed(String text, Function<String, T> reading) {
        try {
            return reading.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static SetTrafficRequest.Builder change(String model) {
        return SetTrafficRequest.newBuilder().setModel(model);
    }

    private int set(String name, SetTrafficRequest.Builder change) {
        return call(
                name, server -> TrafficText.of(server.setTraffic(change.build()).getTraffic()));
    }

    private int call(String name, Function<AdminBlockingStub, String> call) {
        return new AdminCall(spec, "traffic " + name, target).run(call);
    }
}
