package dev.tern.server.tracing;

import com.google.gson.stream.JsonWriter;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.ElementValues;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tracing.Trace.Run;
import dev.tern.server.tracing.Trace.Seen;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** A trace as the objects that Triton's trace files have of it, separated by commas, each on a line of its own. */
final class TraceJson {
    private final Trace trace;
    private final StringBuilder lines = new StringBuilder();

    private TraceJson(Trace trace) {
        this.trace = trace;
    }

    static byte[] of(Trace trace) throws IOException {
        TraceJson json = new TraceJson(trace);
        json.add(json::model);
        if (trace.has(TraceLevel.TIMESTAMPS)) {
            json.add(json::timestamps);
        }
        for (Seen each : trace.tensors()) {
            json.add(out -> json.tensor(out, each));
        }
        return json.lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void add(Part part) throws IOException {
        StringWriter line = new StringWriter();
        JsonWriter out = new JsonWriter(line);
        out.setHtmlSafe(false);
        out.beginObject();
        out.name("id").value(trace.id());
        part.write(out);
        out.endObject();
        lines.append(lines.length() == 0 ? "\n" : ",\n").append(line);
    }

    private void model(JsonWriter out) throws IOException {
        out.name("model_name").value(trace.model());
        out.name("model_version").value(trace.version());
        out.name("request_id").value(trace.requestId());
    }

    private void timestamps(JsonWriter out) throws IOException {
        out.name("timestamps").beginArray();
        time(out, "REQUEST_START", trace.startNanos());
        for (Run each : trace.runs()) {
            RunTimes times = each.times();
            time(out, "QUEUE_START", each.queuedNanos());
            time(out, "COMPUTE_START", times.startNanos());
            time(out, "COMPUTE_INPUT_END", times.gatheredNanos());
            time(out, "COMPUTE_OUTPUT_START", times.computedNanos());
            time(out, "COMPUTE_END", times.endNanos());
        }
        time(out, "REQUEST_END", trace.endNanos());
        out.endArray();
    }

    private static void time(JsonWriter out, String name, long nanos) throws IOException {
        out.beginObject();
        out.name("name").value(name);
        out.name("ns").value(nanos);
        out.endObject();
    }

    private void tensor(JsonWriter out, Seen seen) throws IOException {
        Tensor tensor = seen.tensor();
        out.name("activity").value(seen.isInput() ? "TENSOR_QUEUE_INPUT" : "TENSOR_BACKEND_OUTPUT");
        out.name("tensor").beginObject();
        out.name("name").value(tensor.name());
        out.name("data").value(data(tensor));
        out.name("shape").value(shape(tensor.shape()));
        out.name("dtype").value(tensor.type().name());
        out.endObject();
    }

    private static String shape(Shape shape) {
        StringJoiner dims = new StringJoiner(",");
        for (int i = 0; i < shape.rank(); i++) {
            dims.add(Long.toString(shape.dim(i)));
        }
        return dims.toString();
    }

    private static String data(Tensor tensor) {
        StringJoiner elements = new StringJoiner(",");
        if (tensor.type() == DataType.BYTES) {
            for (ByteBuffer each :
                    BytesElements.read(tensor.data(), tensor.shape().elements()).elements()) {
                elements.add(
                        '"' + StandardCharsets.UTF_8.decode(each.duplicate()).toString() + '"');
            }
            return elements.toString();
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(tensor.data().size())).order(ByteOrder.LITTLE_ENDIAN);
        tensor.data().copyTo(0, bytes);
        for (int at = 0; at < bytes.capacity(); at += tensor.type().elementSize()) {
            elements.add(element(tensor.type(), bytes, at));
        }
        return elements.toString();
    }

    /** Whole numbers exactly. */
    private static String element(DataType type, ByteBuffer bytes, int at) {
        return switch (type) {
            case INT64 -> Long.toString(bytes.getLong(at));
            case UINT64 -> Long.toUnsignedString(bytes.getLong(at));
            case FP32 -> Float.toString(bytes.getFloat(at));
            case FP16, BF16, FP64 -> Double.toString(ElementValues.number(type, bytes, at));
            case BOOL, UINT8, UINT16, UINT32, INT8, INT16, INT32 ->
                Long.toString((long) ElementValues.number(type, bytes, at));
            case BYTES -> throw new IllegalArgumentException("texts are no numbers");
        };
    }

    /** The rest of one object. */
    private interface Part {
        void write(JsonWriter out) throws IOException;
    }
}
