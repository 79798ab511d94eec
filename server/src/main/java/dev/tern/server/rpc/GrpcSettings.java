package dev.tern.server.rpc;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the gRPC ports are set up.
 *
 * @param host the address to listen on
 * @param port 0 for a free one
 * @param adminHost the address of the operators' calls
 * @param adminPort 0 for a free one, negative for none
 * @param eventLoops threads that serve connections
 * @param maxMessageBytes the largest request taken, compressed or not
 * @param streamWindow how many requests of a stream are taken whose answers were not written yet; at least 1
 * @param answerCompression of inferences, for clients that accept it
 * @param forwardedHeaders a regular expression, found in the keys of metadata that become parameters of requests; empty for none
 * @param sharedMemory the directory of the files that clients may have read and written; empty if they may not
 */
public record GrpcSettings(
        String host,
        int port,
        String adminHost,
        int adminPort,
        int eventLoops,
        int maxMessageBytes,
        int streamWindow,
        CompressionLevel answerCompression,
        Optional<String> forwardedHeaders,
        Optional<Path> sharedMemory) {}
