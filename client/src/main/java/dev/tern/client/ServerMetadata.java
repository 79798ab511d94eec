package dev.tern.client;

import dev.tern.proto.inference.ServerMetadataResponse;
import java.util.List;

/** What a server says of itself. */
public final class ServerMetadata {
    private final String name;
    private final String version;
    private final List<String> extensions;

    ServerMetadata(ServerMetadataResponse message) {
        this.name = message.getName();
        this.version = message.getVersion();
        this.extensions = List.copyOf(message.getExtensionsList());
    }

    /** The server's name, such as {@code tern}. */
    public String name() {
        return name;
    }

    /** The server's version. */
    public String version() {
        return version;
    }

    /** The protocol extensions that it implements. */
    public List<String> extensions() {
        return extensions;
    }

    @Override
    public String toString() {
        return "ServerMetadata[" + name + " " + version + ", " + extensions + "]";
    }
}
