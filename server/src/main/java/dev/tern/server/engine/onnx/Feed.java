package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import java.util.List;
import java.util.Map;

/** Joins the items' inputs into the session's input tensors. Owned by one instance. */
interface Feed extends AutoCloseable {
    /** The session's inputs for {@code batch}, whose items have {@code rows} rows; valid until {@link #release}. */
    Map<String, OnnxTensor> fill(List<BatchItem> batch, int rows) throws EngineException, OrtException;

    /** Ends the use of what {@link #fill} returned. */
    void release();

    @Override
    void close();
}
