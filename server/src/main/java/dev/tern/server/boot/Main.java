package dev.tern.server.boot;

import dev.tern.server.boot.options.ServeOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The {@code tern} command. */
@Command(
        name = "tern",
        description = "Serves ONNX models over the Open Inference Protocol (KServe v2 gRPC).",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionProvider.class,
        scope = ScopeType.INHERIT)
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command with all its flags. */
    static CommandLine commandLine() {
        CommandLine serve = new CommandLine(new ServeCommand());
        ServeOptions.addTo(serve.getCommandSpec());
        CommandLine check = new CommandLine(new CheckCommand());
        ServeOptions.addModelSettingsTo(check.getCommandSpec());
        return new CommandLine(new Main())
                .addSubcommand(serve)
                .addSubcommand(check)
                .addSubcommand(new InferCommand())
                .addSubcommand(new LabelCommand())
                .addSubcommand(new ArchiveCommand());
    }

    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tern " + Build.version()};
        }
    }
}
