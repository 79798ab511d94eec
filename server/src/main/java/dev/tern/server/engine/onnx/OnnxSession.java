package dev.tern.server.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.Signature;

/**
 * An open session. Any thread may run it, several at once; whoever owns it closes it when no run is under way.
 *
 * @param options what the session was made with: closing it unmaps the operators' libraries
 * @param model how the session knows the inputs and outputs
 * @param signature the model's, with shapes that only ONNX Runtime could tell
 */
record OnnxSession(OrtSession ort, SessionOptions options, OnnxModel model, Signature signature)
        implements AutoCloseable {
    /** Frees the model. Never during a run: that crashes the process. */
    @Override
    public void close() throws OrtException {
        try {
            ort.close();
        } finally {
            // After the session: it runs the code that is unmapped here.
            options.close();
        }
    }
}
