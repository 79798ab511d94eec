package dev.tern.server.boot.commands;

import dev.tern.proto.admin.v1.AbortRolloutRequest;
import dev.tern.proto.admin.v1.GetRolloutRequest;
import dev.tern.proto.admin.v1.StartRolloutRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tern rollout}: moves a running server's requests from one version of a model to another, guarded. */
@Command(
        name = "rollout",
        description =
                "Move the requests of a running server's model to another version, step by step, and back if that is"
                        + " worse.")
final class RolloutCommand {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            scope = ScopeType.INHERIT,
            description = "The server's operators' port (--admin-port). [${DEFAULT-VALUE}]")
    private String target = "localhost:8003";

    @Command(name = "start", description = "Begin a rollout. What is not given is as the server has it.")
    int start(
            @Parameters(paramLabel = "MODEL", description = "The model.") String model,
            @Parameters(paramLabel = "CANDIDATE", description = "The version that is to take over, or a label of it.")
                    String candidate,
            @Option(
                            names = "--baseline",
                            paramLabel = "VERSION",
                            defaultValue = "",
                            description =
                                    "The version to hold it against; the one that most requests go to, if not given.")
                    String baseline,
            @Mixin RolloutOptions options) {
        StartRolloutRequest.Builder request = StartRolloutRequest.newBuilder()
                .setModel(model)
                .setCandidate(candidate)
                .setBaseline(baseline);
        options.addTo(request);
        return call("rollout start")
                .run(server ->
                        RolloutText.of(server.startRollout(request.build()).getRollout()));
    }

    @Command(name = "status", description = "Show how far a model's last rollout has come, with the evidence.")
    int status(@Parameters(paramLabel = "MODEL", description = "The model.") String model) {
        return call("rollout status")
                .run(server -> RolloutText.of(server.getRollout(
                                GetRolloutRequest.newBuilder().setModel(model).build())
                        .getRollout()));
    }

    @Command(name = "abort", description = "End a model's rollout: the candidate gets nothing any more.")
    int abort(@Parameters(paramLabel = "MODEL", description = "The model.") String model) {
        return call("rollout abort")
                .run(server -> RolloutText.of(server.abortRollout(
                                AbortRolloutRequest.newBuilder().setModel(model).build())
                        .getRollout()));
    }

    private AdminCall call(String name) {
        return new AdminCall(spec, name, target);
    }
}
