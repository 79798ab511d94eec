package dev.tern.server.boot.commands;

import dev.tern.server.boot.options.ServeOptions;
import dev.tern.server.boot.process.Build;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The {@code tern} command: what it can do is one subcommand each. */
@Command(
        name = "tern",
        description = "Serves ONNX models over the Open Inference Protocol (KServe v2 gRPC).",
        mixinStandardHelpOptions = true,
        versionProvider = TernCommand.VersionProvider.class,
        scope = ScopeType.INHERIT)
public final class TernCommand {
    private TernCommand() {}

    /** The command with all its flags; new each time, for one execution. */
    public static CommandLine commandLine() {
        CommandLine serve = new CommandLine(new ServeCommand());
        ServeOptions.addTo(serve.getCommandSpec());
        CommandLine check = new CommandLine(new CheckCommand());
        ServeOptions.addModelSettingsTo(check.getCommandSpec());
        return new CommandLine(new TernCommand())
                .addSubcommand(serve)
                .addSubcommand(check)
                .addSubcommand(new InferCommand())
                .addSubcommand(new LabelCommand())
                .addSubcommand(new TrafficCommand())
                .addSubcommand(new RolloutCommand())
                .addSubcommand(new DriftCommand())
                .addSubcommand(new ArchiveCommand());
    }

    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tern " + Build.version()};
        }
    }
}
