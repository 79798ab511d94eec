package dev.tern.server.rpc;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Sends any bytes in place of a message. */
final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    private Bytes() {}

    /** {@code method} with requests as bytes. */
    static <O> MethodDescriptor<byte[], O> in(MethodDescriptor<?, O> method) {
        return method.<byte[], O>toBuilder(new Bytes(), method.getResponseMarshaller())
                .build();
    }

    @Override
    public InputStream stream(byte[] value) {
        return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
