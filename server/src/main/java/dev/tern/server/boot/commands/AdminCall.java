package dev.tern.server.boot.commands;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.server.boot.process.Logging;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/** A command's call to the operators' port of a running server: prints what came of it, or one line why nothing did. */
final class AdminCall {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final long PATIENCE_SECONDS = 10;
    private static final int MAX_PORT = 65_535;
    private static final Pattern HOST_AND_PORT = Pattern.compile("([\\w.-]+|\\[[\\p{XDigit}:.]+]):\\d{1,5}");

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
        if (!isHostAndPort(target)) {
            complain("--target: " + target + " (expected: HOST:PORT)");
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
            complain(target + ": " + reason(e)
                    + (e.getStatus().getCode() == Status.Code.UNAVAILABLE
                            ? " (is a server running with that --admin-port?)"
                            : ""));
            return FAILED;
        } finally {
            channel.shutdownNow();
        }
    }

    private static boolean isHostAndPort(String text) {
        if (!HOST_AND_PORT.matcher(text).matches()) {
            return false;
        }
        int port = Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
        return port > 0 && port <= MAX_PORT;
    }

    /** In one line: gRPC calls every failure to connect an io exception. */
    private static String reason(StatusRuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return "connection refused";
            }
        }
        return String.valueOf(e.getMessage()).replaceAll("\\R+", " ");
    }

    private void complain(String what) {
        spec.commandLine().getErr().println("tern " + name + ": " + what);
    }
}
