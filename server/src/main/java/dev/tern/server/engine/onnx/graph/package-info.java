/**
 * What an ONNX file says before ONNX Runtime sees it: its inputs and outputs, its digest, and why it cannot be served.
 *
 * <p>Uses protobuf, and no ONNX Runtime. Loader threads call it; what it returns is immutable.
 */
@NullMarked
package dev.tern.server.engine.onnx.graph;

import org.jspecify.annotations.NullMarked;
