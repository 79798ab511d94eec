/**
 * The two hot messages of the protocol in their wire form: ModelInferRequest is read, ModelInferResponse written, without
 * protobuf's objects between. Knows protobuf's constants and nothing of gRPC.
 *
 * <p>Nothing here blocks. Messages are read on event loops and written by whoever answers; what a message keeps may be
 * read by any thread.
 */
@NullMarked
package dev.tern.server.rpc.wire;

import org.jspecify.annotations.NullMarked;
