package dev.tern.server.sequences;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;

/** The stage below: keeps what it is passed until the test answers. Its model's state is 10 times the one before and x. */
final class NextStage implements Predictor {
    final List<InferenceRequest> requests = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        requests.add(request);
        replies.add(reply);
    }

    /** Answers the request that has waited longest. */
    void answer() {
        answer(0);
    }

    void answer(int index) {
        InferenceRequest request = requests.remove(index);
        long state = value(request, "state_in") * 10 + value(request, "x");
        Tensor x = input(request, "x");
        List<Tensor> outputs =
                List.of(Tensors.longs("y", x.shape(), -state), Tensors.longs("state_out", x.shape(), state));
        replies.remove(index).succeed(new InferenceResponse(outputs));
    }

    void fail(Failure failure) {
        requests.remove(0);
        replies.remove(0).fail(failure);
    }

    static long value(InferenceRequest request, String input) {
        return Tensors.longs(input(request, input))[0];
    }

    static Tensor input(InferenceRequest request, String name) {
        return request.inputs().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The x of each request that is here. */
    List<Long> values() {
        return requests.stream().map(each -> value(each, "x")).toList();
    }
}
