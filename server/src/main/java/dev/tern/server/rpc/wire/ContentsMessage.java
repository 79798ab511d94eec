package dev.tern.server.rpc.wire;

import dev.tern.server.tensor.DataType;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tensor's typed contents as they came. Each list is named by its widest datatype. */
public final class ContentsMessage {
    private final Map<DataType, ElementList> lists = new EnumMap<>(DataType.class);

    ContentsMessage() {}

    /** How many elements are in the list that {@code named} names; 0 where that names none. */
    public int count(DataType named) {
        ElementList list = lists.get(named);
        return list == null ? 0 : list.count();
    }

    /** The list that {@code named} names; null if nothing was written to it. */
    public @Nullable ElementList list(DataType named) {
        return lists.get(named);
    }

    ElementList at(DataType named) {
        return lists.computeIfAbsent(named, unused -> new ElementList());
    }
}
