package dev.tern.server.rpc.wire;

import java.util.Map;

/** An output that is asked for. */
public final class OutputMessage {
    String name = "";
    Map<String, Parameter> parameters = Map.of();

    OutputMessage() {}

    public String name() {
        return name;
    }

    /** In the order in which they came. */
    public Map<String, Parameter> parameters() {
        return parameters;
    }
}
