package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import dev.tern.server.engine.onnx.graph.Binding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;

/** Runs a session with one input and one output of the same size, both over direct buffers, as the engine does. */
final class RawRun {
    private RawRun() {}

    static byte[] run(OnnxSession session, byte[] input, long... shape) throws Exception {
        Binding in = session.model().inputs().get(0);
        Binding out = session.model().outputs().get(0);
        ByteBuffer from = direct(input);
        ByteBuffer to = direct(new byte[input.length]);
        try (OnnxTensor x = tensor(in, from, shape);
                OnnxTensor y = tensor(out, to, shape)) {
            session.ort()
                    .run(Map.of(in.sessionName(), x), Set.of(), Map.of(out.sessionName(), y))
                    .close();
        }
        byte[] output = new byte[input.length];
        to.get(output);
        return output;
    }

    private static OnnxTensor tensor(Binding binding, ByteBuffer bytes, long... shape) throws Exception {
        return OnnxTensor.createTensor(OnnxSessions.environment(), bytes, shape, OrtTypes.of(binding.sessionType()));
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length)
                .order(ByteOrder.nativeOrder())
                .put(bytes)
                .flip();
    }
}
