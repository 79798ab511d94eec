package dev.tern.bench.input;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.proto.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells one pool's inputs from another's, whichever model, version and parameters the requests name. */
final class PoolDigest {
    private PoolDigest() {}

    /** SHA-256 in hexadecimal. */
    static String of(Requests requests) {
        MessageDigest digest = sha256();
        for (int i = 0; i < requests.size(); i++) {
            byte[] inputs = inputs(requests.get(i));
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(inputs.length).flip());
            digest.update(inputs);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] inputs(byte[] request) {
        try {
            return ModelInferRequest.parseFrom(request).toBuilder()
                    .clearModelName()
                    .clearModelVersion()
                    .clearParameters()
                    .build()
                    .toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a request that was encoded here cannot be read", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
