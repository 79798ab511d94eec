package dev.tern.server.cache;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.InferenceRequest;
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
        head.put(scope.first());
        head.put(scope.second());
        head.put(scope.third());
        head.put(scope.fourth());
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
