package dev.tern.server.rpc.wire;

import java.io.IOException;
import java.io.OutputStream;

/** A ModelInferResponse, or a ModelStreamInferResponse, that is ready to be written; valid for as long as the response that it was made of. */
public interface InferAnswer {
    /** Bytes that it takes. */
    int size();

    /** Writes all of it. */
    void writeTo(OutputStream out) throws IOException;
}
