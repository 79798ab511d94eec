package dev.tern.server.cache;

import dev.tern.server.engine.Slab;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;

/** What comes below a stage of the cache: keeps requests until the test answers them, out of counted memory. */
final class Runs implements Predictor {
    private final List<InferenceRequest> requests = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();

    @Override
    public synchronized void predict(InferenceRequest request, Reply reply) {
        requests.add(request);
        replies.add(reply);
    }

    synchronized int count() {
        return requests.size();
    }

    synchronized InferenceRequest request(int run) {
        return requests.get(run);
    }

    Call call(int run) {
        return request(run).call();
    }

    private synchronized Reply reply(int run) {
        return replies.get(run);
    }

    /** Answers with one output, {@code y}, of one value. */
    void succeed(int run, float value) {
        succeed(run, value, Origin.MISS);
    }

    void succeed(int run, float value, Origin origin) {
        succeed(run, new InferenceResponse(List.of(output(value)), origin));
    }

    void succeed(int run, InferenceResponse response) {
        reply(run).succeed(response);
    }

    static Tensor output(float value) {
        Slab slab = Slab.wrap(Tensors.bytes(Tensors.floats("y", Shape.of(1), value)));
        Tensor output = new Tensor("y", DataType.FP32, Shape.of(1), slab.slice(0, Float.BYTES));
        slab.release();
        return output;
    }

    void fail(int run, Failure failure) {
        reply(run).fail(failure);
    }

    void failing(int run, Failure failure) {
        reply(run).failing(failure);
    }
}
