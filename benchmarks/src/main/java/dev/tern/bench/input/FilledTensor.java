package dev.tern.bench.input;

import com.google.protobuf.ByteString;
import dev.tern.bench.tensor.TensorInfo;

/**
 * An input of one request.
 *
 * @param info its name, datatype and shape
 * @param contents raw, little-endian and row-major
 */
record FilledTensor(TensorInfo info, ByteString contents) {}
