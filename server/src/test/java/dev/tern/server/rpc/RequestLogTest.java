package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.testing.NoLeaks;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is logged of a request whose id holds a line of its own: one line. */
@Tag("protocol")
class RequestLogTest {
    private static final Failure FAILURE = Failure.of(Kind.INTERNAL, "the model failed");
    private static final String FAILED =
            "Request 'r?2026-11-22 INFO all is well' to model 'gated' version 1 failed: the model failed";
    private static final String TWICE = "Request 'r?2026-11-22 INFO all is well' to model 'gated' was answered twice";

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    @Test
    void failed() throws Exception {
        assertThat(logOf(reply -> reply.fail(FAILURE))).containsExactly(FAILED);
    }

    @Test
    void failedTwice() throws Exception {
        assertThat(logOf(reply -> {
                    reply.fail(FAILURE);
                    reply.fail(FAILURE);
                }))
                .containsExactly(FAILED, TWICE);
    }

    @Test
    void failedAndThenAnswered() throws Exception {
        assertThat(logOf(reply -> {
                    reply.fail(FAILURE);
                    reply.succeed(new InferenceResponse(List.of()));
                }))
                .containsExactly(FAILED, TWICE);
    }

    private List<String> logOf(Consumer<Reply> answer) throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(InferReply.class);
        logger.addAppender(log);
        try (GatedServer server = GatedServer.answering(directory, (request, reply) -> answer.accept(reply))) {
            Refused refused = Refused.by(() -> server.stub()
                    .modelInfer(GatedServer.request(1).toBuilder()
                            .setId("r\n2026-11-22 INFO all is well")
                            .build()));
            assertThat(refused).isEqualTo(new Refused(Status.Code.INTERNAL, "the model failed"));
        } finally {
            logger.detachAppender(log);
        }
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
