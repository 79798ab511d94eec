package dev.tern.server.engine.onnx.graph;

import dev.tern.server.tensor.DataType;

/**
 * How the runtime's session knows one input or output of the model.
 *
 * @param name what requests call it
 * @param sessionName what the session calls it; another name only where {@code sessionType} is another type
 * @param sessionType the type the session takes it in, over the same bytes: the signed one for UINT16, UINT32, UINT64
 */
public record Binding(String name, String sessionName, DataType sessionType) {}
