package dev.tern.server.rpc.wire;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that a message says, in lists that compare by value and print well. */
final class Described {
    private Described() {}

    static List<Object> of(InferMessage message) {
        List<Object> all = new ArrayList<>();
        all.add(message.modelName());
        all.add(message.modelVersion());
        all.add(message.id());
        all.add(entries(message.parameters()));
        for (InputMessage input : message.inputs()) {
            all.add(List.of(
                    "input",
                    input.name(),
                    input.datatype(),
                    input.shape(),
                    entries(input.parameters()),
                    contents(input.contents())));
        }
        for (OutputMessage output : message.outputs()) {
            all.add(List.of("output", output.name(), entries(output.parameters())));
        }
        for (int i = 0; i < message.rawCount(); i++) {
            all.add(bytes(message.raw(i)));
        }
        return all;
    }

    private static List<Object> entries(Map<String, Parameter> parameters) {
        return List.copyOf(parameters.entrySet().stream()
                .map(each -> List.of(each.getKey(), each.getValue()))
                .toList());
    }

    private static List<Object> contents(@Nullable ContentsMessage contents) {
        if (contents == null) {
            return List.of("none");
        }
        List<Object> lists = new ArrayList<>();
        for (DataType type : DataType.values()) {
            ElementList list = contents.list(type);
            if (list != null && list.count() > 0) {
                lists.add(List.of(type, list.count(), ByteBuffer.wrap(list.toBytes())));
            }
        }
        return lists;
    }

    private static ByteBuffer bytes(Payload data) {
        ByteBuffer bytes = ByteBuffer.allocate((int) data.size());
        data.copyTo(0, bytes);
        return bytes.flip();
    }
}
