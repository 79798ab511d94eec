package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.Together;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.NoLeaks;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Many streams at a time, answered by several threads in any order, some dropped at any moment: nothing is kept. */
@Tag("protocol")
class ManyStreamsTest {
    private static final int REQUESTS = 40;
    private static final int ANSWERING_THREADS = 3;

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private final HeldReplies answers = new HeldReplies();

    private static ModelInferRequest[] requests() {
        return IntStream.range(0, REQUESTS)
                .mapToObj(i -> GatedServer.request(i).toBuilder()
                        .setId(Integer.toString(i))
                        .build())
                .toArray(ModelInferRequest[]::new);
    }

    @Test
    void answersStayInOrderAndWhatIsDroppedIsGivenBack() throws Exception {
        BlockingQueue<Reply> waiting = new LinkedBlockingQueue<>();
        List<Thread> threads = IntStream.range(0, ANSWERING_THREADS)
                .mapToObj(seed -> new Thread(() -> answer(waiting, new Random(seed))))
                .toList();
        threads.forEach(Thread::start);
        Predictor predictor = (request, reply) -> waiting.add(reply);
        Random random = new Random(7);
        ModelInferRequest[] requests = requests();
        try (GatedServer server = GatedServer.streaming(directory, 16, predictor)) {
            for (int round = 0; round < 10; round++) {
                List<OpenStream<ModelInferRequest>> kept = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    OpenStream<ModelInferRequest> stream =
                            OpenStream.on(server.channel()).reading(REQUESTS).send(requests);
                    if (random.nextBoolean()) {
                        stream.halfClose();
                        kept.add(stream);
                    } else {
                        stream.await(random.nextInt(REQUESTS));
                        stream.cancel();
                    }
                }
                for (OpenStream<ModelInferRequest> each : kept) {
                    assertThat(each.end().code()).isEqualTo(Status.Code.OK);
                    assertThat(each.ids(REQUESTS))
                            .isEqualTo(IntStream.range(0, REQUESTS)
                                    .mapToObj(Integer::toString)
                                    .toList());
                }
            }
            Await.until("no stream is open", () -> server.openStreams() == 0 && server.inFlight() == 0);
            Await.until("every answer is given back", () -> answers.live() == 0);
        } finally {
            threads.forEach(Thread::interrupt);
            for (Thread each : threads) {
                each.join();
            }
        }
    }

    /** Some alone, some together with others, as batches are. */
    private void answer(BlockingQueue<Reply> waiting, Random random) {
        try {
            while (true) {
                List<Reply> batch = new ArrayList<>(List.of(waiting.take()));
                int unused = waiting.drainTo(batch, random.nextInt(8));
                Together.run(() -> batch.forEach(each -> each.succeed(answers.response(1 + random.nextInt(5_000)))));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Over several connections: one that resets a thousand streams in ten seconds is closed. */
    @Test
    void tenThousandThatAreOpenedAndDroppedLeaveNothing() throws Exception {
        BlockingQueue<Reply> waiting = new LinkedBlockingQueue<>();
        // A stream sends one request at most.
        AtomicInteger begun = new AtomicInteger();
        Predictor predictor = (request, reply) -> {
            begun.incrementAndGet();
            waiting.add(reply);
        };
        try (GatedServer server = GatedServer.answering(directory, predictor)) {
            drop(server, 500, waiting);
            int threads = Thread.activeCount();
            for (int i = 0; i < 19; i++) {
                drop(server, 500, waiting);
            }
            Await.until("no stream is open, no request in flight", () -> {
                answerAll(waiting);
                return server.openStreams() == 0 && server.inFlight() == 0;
            });
            Await.until("every answer is given back", () -> answers.live() == 0);
            assertThat(begun.get())
                    .as("streams that got as far as the server's model")
                    .isGreaterThanOrEqualTo(1_000);
            assertThat(Thread.activeCount()).as("threads").isLessThanOrEqualTo(threads);
        }
    }

    private void drop(GatedServer server, int streams, BlockingQueue<Reply> waiting) throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                // Of its own the client has threads that come and go.
                .directExecutor()
                .build();
        ModelInferRequest request = GatedServer.request(1);
        try {
            for (int i = 0; i < streams; i++) {
                OpenStream<ModelInferRequest> stream = OpenStream.on(channel);
                if (i % 2 == 0) {
                    stream.send(request);
                }
                if (i % 5 == 0) {
                    stream.halfClose();
                }
                if (i % 10 == 0) {
                    // The server has it: else many would be dropped before they leave the client.
                    Reply taken = waiting.poll(20, TimeUnit.SECONDS);
                    assertThat(taken).as("the request of stream " + i).isNotNull();
                    waiting.add(taken);
                }
                stream.cancel();
                answerAll(waiting);
            }
        } finally {
            boolean unused = channel.shutdownNow().awaitTermination(20, TimeUnit.SECONDS);
        }
    }

    private void answerAll(BlockingQueue<Reply> waiting) {
        for (Reply each = waiting.poll(); each != null; each = waiting.poll()) {
            each.succeed(answers.response(8));
        }
    }
}
