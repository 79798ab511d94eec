/**
 * The waiting room: requests queue here until an instance is free, and those that may share one run of the model go
 * together.
 *
 * <p>Must not know gRPC, protobuf or ONNX Runtime. Event loops only offer; runner threads take a model's lock, pick a
 * batch, run it and answer it.
 */
@Station(
        name = "batching",
        mayUse = {"predict", "tensor", "engine"})
@NullMarked
package dev.tern.server.batching;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
