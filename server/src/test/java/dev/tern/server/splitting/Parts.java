package dev.tern.server.splitting;

import dev.tern.server.engine.Slab;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A next stage that keeps what it is sent, to be answered when the test says so. */
final class Parts implements Predictor {
    final List<InferenceRequest> requests = new ArrayList<>();
    final List<Reply> replies = new ArrayList<>();

    /** Sends this stage a request for {@code values}, one a row, through a splitting to {@code rows}. */
    RecordingReply send(int rows, Call call, long... values) {
        RecordingReply reply = new RecordingReply();
        new Splitting(rows, this).predict(request(call, Tensors.longs("x", Shape.of(values.length), values)), reply);
        return reply;
    }

    static InferenceRequest request(Call call, Tensor... inputs) {
        return new InferenceRequest("m", "id", List.of(inputs), List.of("y"), Map.of("priority", 1L), call);
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        requests.add(request);
        replies.add(reply);
    }

    /** Answers a part with its own first input, as output {@code y} in a slab. */
    void echo(int part) {
        Tensor input = requests.get(part).inputs().get(0);
        answer(part, inSlab("y", input.type(), input.shape(), Tensors.bytes(input)));
    }

    void answer(int part, Tensor... outputs) {
        replies.get(part).succeed(new InferenceResponse(List.of(outputs)));
    }

    /** The values of each part's first input. */
    List<long[]> values() {
        return requests.stream()
                .map(request -> Tensors.longs(request.inputs().get(0)))
                .toList();
    }

    static Tensor inSlab(String name, DataType type, Shape shape, byte... bytes) {
        Slab slab = Slab.wrap(bytes);
        Tensor tensor = new Tensor(name, type, shape, slab.slice(0, bytes.length));
        slab.release();
        return tensor;
    }
}
