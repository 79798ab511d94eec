package dev.tern.server.rpc;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.rpc.wire.InferMessage;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** How the messages of ModelInfer and ModelStreamInfer are read and written. Any thread. */
public interface InferCodec {
    /**
     * The message that {@code in} holds, to be released once; null if that is no ModelInferRequest. What is still needed of
     * {@code in} was detached from it: the caller closes it.
     *
     * @throws io.grpc.StatusRuntimeException if it is larger than allowed once it is decompressed
     */
    @Nullable
    InferMessage read(InputStream in);

    /**
     * The answer of a model's version to the request {@code id}, to be written while {@code response} is valid.
     *
     * @throws ArithmeticException if it is too large for a message
     */
    InferAnswer write(String model, long version, String id, InferenceResponse response);

    /**
     * As {@link #write}, for a stream: a ModelStreamInferResponse, which also says that it is the request's last.
     *
     * @throws ArithmeticException if it is too large for a message
     */
    InferAnswer writeStreamed(String model, long version, String id, InferenceResponse response);

    /**
     * What a stream answers to the request {@code id} that failed.
     *
     * @param model empty if none was found
     * @param version 0 if none was found
     */
    InferAnswer writeError(String model, long version, String id, String error);
}
