package dev.tern.server.rpc;

/**
 * Which codec the tests' servers use: {@code -Dtern.test.codec=protobuf} for protobuf's, else the server's own. The build
 * runs the tests with the tag {@code protocol} with both.
 */
public final class Codecs {
    private Codecs() {}

    public static InferCodec underTest() {
        String name = System.getProperty("tern.test.codec", "wire");
        return switch (name) {
            case "wire" -> new WireCodec();
            case "protobuf" -> new ProtobufCodec();
            default -> throw new IllegalArgumentException("-Dtern.test.codec=" + name + " (allowed: wire, protobuf)");
        };
    }
}
