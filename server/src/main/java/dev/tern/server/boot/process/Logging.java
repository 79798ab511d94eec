package dev.tern.server.boot.process;

import dev.tern.server.boot.options.ServerOptions;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets the log up; to be called before the first logger is made. */
public final class Logging {
    private Logging() {}

    /** As the settings say, for the whole process. */
    public static void configure(ServerOptions.Logging logging) {
        logging.systemProperties().forEach(System::setProperty);
        // gRPC logs through java.util.logging.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** For a command that says itself what went wrong: gRPC would add a stack trace. */
    public static void none() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
    }
}
