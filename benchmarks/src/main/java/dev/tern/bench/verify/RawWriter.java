package dev.tern.bench.verify;

import com.google.protobuf.ByteString;
import dev.tern.bench.tensor.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes typed contents as raw ones. A datatype we do not know is written as 8-byte elements, alike on both sides. */
final class RawWriter {
    private final Datatype integers;
    private final Datatype floats;
    private final ByteString.Output written = ByteString.newOutput();
    private final ByteBuffer element = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    RawWriter(String datatype) {
        Datatype known = Datatype.named(datatype).orElse(Datatype.BYTES);
        boolean whole = known.kind() == Datatype.Kind.INTEGER || known.kind() == Datatype.Kind.BOOL;
        integers = whole ? known : Datatype.INT64;
        floats = known.kind() == Datatype.Kind.FLOAT ? known : Datatype.FP64;
    }

    void integer(long value) {
        integers.putInteger(element, value);
        flush();
    }

    void number(double value) {
        floats.putFloat(element, value);
        flush();
    }

    void bytes(ByteString value) {
        element.putInt(value.size());
        flush();
        for (byte each : value) {
            written.write(each);
        }
    }

    ByteString written() {
        return written.toByteString();
    }

    private void flush() {
        written.write(element.array(), 0, element.position());
        element.clear();
    }
}
