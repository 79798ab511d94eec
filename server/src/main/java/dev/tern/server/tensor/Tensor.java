package dev.tern.server.tensor;

/** One tensor: its name, what it is and its bytes. */
public record Tensor(String name, DataType type, Shape shape, Payload data) {}
