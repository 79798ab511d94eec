package dev.tern.server.cache;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.RowSlices;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The keys of one loaded version's requests: of its scope, the outputs asked for, the parameters and the inputs. Requests
 * whose answers must be the same, down to the order of the outputs, have the same key however they were written. Any
 * thread.
 *
 * <p>What is hashed can be read in one way only: numbers of fixed size, and a length before everything that has one.
 * Tensors count by their bytes, so that 0.0 and -0.0, or two NaNs of different bits, are different: a model may tell
 * them apart.
 */
public final class RequestKeys {
    /** Parameters that change when, not what, is answered. The request's id is not among the parameters. */
    private static final Set<String> NOT_IN_KEY = Set.of("priority", "timeout", CacheControl.PARAMETER);

    /** Where a request has the number of its outputs, which is at least 0. */
    private static final int OF_A_ROW = -1;

    private static final byte BOOL = 1;
    private static final byte LONG = 2;
    private static final byte DOUBLE = 3;
    private static final byte TEXT = 4;

    private final KeyHashes hashes;
    private final CacheScope scope;
    private final List<String> allOutputs;

    /** @param allOutputs what a request that names no outputs gets, in its order */
    public RequestKeys(KeyHashes hashes, CacheScope scope, List<String> allOutputs) {
        this.hashes = hashes;
        this.scope = scope;
        this.allOutputs = List.copyOf(allOutputs);
    }

    /** The key of {@code request}, whose inputs have names that differ. */
    public CacheKey of(InferenceRequest request) {
        Tensor[] inputs = byName(request.inputs());
        KeyHash hash = hashes.ofThisThread();
        HeadBytes head = hash.begin();
        putScope(head);
        putOutputs(head, request.outputs().isEmpty() ? allOutputs : request.outputs());
        putParameters(head, request.parameters());
        head.put(inputs.length);
        for (Tensor input : inputs) {
            putDescription(head, input);
        }
        hash.bytes(head.array(), 0, head.length());
        for (Tensor input : inputs) {
            input.data().show(0, input.data().size(), hash);
        }
        return hash.end();
    }

    /**
     * The keys of each row of {@code request}; no row has the key of a request. What a row is kept under does not depend on
     * the rows beside it, nor on how many there are.
     *
     * @param inputs of the request, in the model's order, cut into rows
     */
    CacheKey[] ofRows(InferenceRequest request, List<RowSlices> inputs) {
        KeyHash hash = hashes.ofThisThread();
        HeadBytes head = hash.begin();
        putScope(head);
        head.put(OF_A_ROW);
        putOutputs(head, request.outputs().isEmpty() ? allOutputs : request.outputs());
        putParameters(head, request.parameters());
        head.put(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            putRowDescription(head, request.inputs().get(i));
        }
        shorten(head, hash);
        CacheKey[] keys = new CacheKey[inputs.get(0).count()];
        for (int row = 0; row < keys.length; row++) {
            hash.beginWithHead();
            for (int i = 0; i < inputs.size(); i++) {
                inputs.get(i).show(row, hash);
            }
            keys[row] = hash.end();
        }
        return keys;
    }

    /** Puts a hash in the head's place: what a caller may make as long as he likes is not hashed for every row. */
    private void shorten(HeadBytes head, KeyHash hash) {
        hash.bytes(head.array(), 0, head.length());
        CacheKey whole = hash.end();
        head.clear();
        putScope(head);
        head.put(OF_A_ROW);
        head.put(whole.high());
        head.put(whole.low());
    }

    private void putScope(HeadBytes head) {
        head.put(scope.first());
        head.put(scope.second());
        head.put(scope.third());
        head.put(scope.fourth());
    }

    /** Mostly there is one, or they are in order: no more than an array is made for them. */
    private static Tensor[] byName(List<Tensor> inputs) {
        Tensor[] ordered = new Tensor[inputs.size()];
        for (int i = 0; i < ordered.length; i++) {
            Tensor each = inputs.get(i);
            int at = i;
            for (; at > 0 && ordered[at - 1].name().compareTo(each.name()) > 0; at--) {
                ordered[at] = ordered[at - 1];
            }
            ordered[at] = each;
        }
        return ordered;
    }

    private static void putOutputs(HeadBytes head, List<String> names) {
        head.put(names.size());
        for (int i = 0; i < names.size(); i++) {
            head.put(names.get(i));
        }
    }

    private static void putParameters(HeadBytes head, Map<String, Object> parameters) {
        if (parameters.isEmpty()) {
            head.put(0);
            return;
        }
        Map<String, Object> ordered = new TreeMap<>(parameters);
        ordered.keySet().removeAll(NOT_IN_KEY);
        head.put(ordered.size());
        ordered.forEach((key, value) -> {
            head.put(key);
            putValue(head, value);
        });
    }

    private static void putValue(HeadBytes head, Object value) {
        if (value instanceof Boolean flag) {
            head.put(BOOL);
            head.put(flag ? 1 : 0);
        } else if (value instanceof Long number) {
            head.put(LONG);
            head.put(number.longValue());
        } else if (value instanceof Double number) {
            head.put(DOUBLE);
            head.put(Double.doubleToRawLongBits(number));
        } else {
            head.put(TEXT);
            head.put((String) value);
        }
    }

    /** The row's shape tells where its bytes end: texts bring their lengths. */
    private static void putRowDescription(HeadBytes head, Tensor input) {
        head.put(input.name());
        head.put(input.type().name());
        Shape shape = input.shape();
        head.put(shape.rank());
        for (int axis = 1; axis < shape.rank(); axis++) {
            head.put(shape.dim(axis));
        }
    }

    private static void putDescription(HeadBytes head, Tensor input) {
        head.put(input.name());
        head.put(input.type().name());
        Shape shape = input.shape();
        head.put(shape.rank());
        for (int axis = 0; axis < shape.rank(); axis++) {
            head.put(shape.dim(axis));
        }
        head.put(input.data().size());
    }
}
