package dev.tern.server.rpc;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.rpc.wire.InferMessage;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** How ModelInfer's messages are read and written. Any thread. */
public interface InferCodec {
    /**
     * The message that {@code in} holds, to be released once; null if that is no ModelInferRequest. What is still needed of
     * {@code in} was detached from it: the caller closes it.
     */
    @Nullable
    InferMessage read(InputStream in);

    /**
     * The answer of a model's version to the request {@code id}, to be written while {@code response} is valid.
     *
     * @throws ArithmeticException if it is too large for a message
     */
    InferAnswer write(String model, long version, String id, InferenceResponse response);
}
