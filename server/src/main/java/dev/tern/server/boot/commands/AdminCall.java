package dev.tern.server.boot.commands;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.server.boot.process.Logging;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/** A command's call to the operators' port of a running server: prints what came of it, or one line why nothing did. */
final class AdminCall {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final long PATIENCE_SECONDS = 10;

    private final CommandSpec spec;
    private final String name;
    private final String target;

    /**
     * @param name the command's, for complaints
     * @param target {@code host:port}
     */
    AdminCall(CommandSpec spec, String name, String target) {
        this.spec = spec;
        this.name = name;
        this.target = target;
    }

    /** @param call what to ask, and how to say what was answered; the exit status */
    int run(Function<AdminBlockingStub, String> call) {
        String wrong = Target.problem(target);
        if (!wrong.isEmpty()) {
            complain(wrong);
            return USAGE;
        }
        Logging.none();
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(target).usePlaintext().build();
        try {
            spec.commandLine()
                    .getOut()
                    .print(call.apply(
                            AdminGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)));
            spec.commandLine().getOut().flush();
            return 0;
        } catch (StatusRuntimeException e) {
            complain(target + ": " + Target.reason(e)
                    + (e.getStatus().getCode() == Status.Code.UNAVAILABLE
                            ? " (is a server running with that --admin-port?)"
                            : ""));
            return FAILED;
        } finally {
            channel.shutdownNow();
        }
    }

    private void complain(String what) {
        spec.commandLine().getErr().println("tern " + name + ": " + what);
    }
}
