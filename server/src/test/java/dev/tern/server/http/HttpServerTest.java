package dev.tern.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpServerTest {
    private static final String HOST = "127.0.0.1";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int LARGE = 300_000;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean live = true;
    private volatile Readiness readiness = new Readiness(true, List.of());
    private HttpServer server;
    private int port;

    @BeforeEach
    void open() throws BindFailure {
        server = new HttpServer(this::thread);
        port = server.open("--http-port", HOST, 0, routes());
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void healthIsAnsweredInTextAndAsTritonDoes() throws Exception {
        assertThat(get("/healthz")).returns(200, HttpResponse::statusCode).returns("live\n", HttpResponse::body);
        assertThat(get("/readyz")).returns(200, HttpResponse::statusCode).returns("ready\n", HttpResponse::body);
        assertThat(get("/v2/health/live"))
                .returns(200, HttpResponse::statusCode)
                .returns("", HttpResponse::body);
        assertThat(get("/v2/health/ready"))
                .returns(200, HttpResponse::statusCode)
                .returns("", HttpResponse::body);
    }

    @Test
    void readinessNamesWhatIsMissing() throws Exception {
        readiness = new Readiness(false, List.of("ranker: loading", "encoder: no version directory"));

        assertThat(get("/readyz"))
                .returns(503, HttpResponse::statusCode)
                .returns("not ready\nranker: loading\nencoder: no version directory\n", HttpResponse::body);
        assertThat(get("/v2/health/ready"))
                .returns(400, HttpResponse::statusCode)
                .returns("", HttpResponse::body);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void aServerThatIsNotLiveSaysSo() throws Exception {
        live = false;

        assertThat(get("/healthz").statusCode()).isEqualTo(503);
        assertThat(get("/v2/health/live").statusCode()).isEqualTo(400);
    }

    @Test
    void routesGetTheAcceptHeaderAndNoQuery() throws Exception {
        HttpRequest request =
                request("/accept?x=1").header("Accept", "text/x-wanted").build();

        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("text/x-wanted\n");
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    }

    @Test
    void headHasTheLengthAndNoBody() throws Exception {
        HttpResponse<String> response = client.send(
                request("/healthz").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());

        assertThat(response).returns(200, HttpResponse::statusCode).returns("", HttpResponse::body);
        assertThat(response.headers().firstValue("content-length")).hasValue("5");
    }

    @Test
    void otherMethodsAreRefused() throws Exception {
        HttpResponse<String> response = client.send(
                request("/healthz").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @Test
    void unknownPathsAndFailingRoutesTellNothingOfTheInside() throws Exception {
        assertThat(get("/secret")).returns(404, HttpResponse::statusCode).returns("not found\n", HttpResponse::body);
        assertThat(get("/fails"))
                .returns(500, HttpResponse::statusCode)
                .returns("internal error\n", HttpResponse::body);
    }

    @Test
    void largeBodiesAreRefused() throws Exception {
        HttpResponse<String> response = client.send(
                request("/healthz")
                        .POST(BodyPublishers.ofByteArray(new byte[5_000]))
                        .build(),
                BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({
        "'GET /healthz', 400",
        "'NONSENSE', 400",
        "'GET /healthz HTTP/x.y', 400",
        "'GET /healthz HTTP/1.1\r\nno colon here', 400",
        "'GET /healthz HTTP/1.1\r\nContent-Length: -5', 400",
    })
    void malformedRequestsAreRefusedAndTheConnectionClosed(String head, int status) throws Exception {
        assertThat(exchange(head + "\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ")
                .containsIgnoringCase("connection: close")
                .doesNotContain("200");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void longLinesAndHeadersAreRefused() throws Exception {
        assertThat(exchange("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 414 ");
        assertThat(exchange("GET /healthz HTTP/1.1\r\nx: " + "y".repeat(17_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void connectionsAreKeptUnlessTheClientSaysOtherwise() throws Exception {
        String kept = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        String last = "GET /accept HTTP/1.1\r\nHost: x\r\nAccept: last\r\nConnection: close\r\n\r\n";

        assertThat(exchange(kept + kept + last)).containsSubsequence("live\n", "live\n", "last\n");
        assertThat(exchange("GET /healthz HTTP/1.0\r\n\r\n")).contains("200 OK").endsWith("live\n");
    }

    @Test
    void aConnectionServesRequestAfterRequest() throws Exception {
        try (Socket socket = new Socket(LOOPBACK, port)) {
            socket.setSoTimeout(10_000);
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write("GET /healthz HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
                String answer = "";
                while (!answer.endsWith("live\n")) {
                    int next = socket.getInputStream().read();
                    assertThat(next).isNotNegative();
                    answer += (char) next;
                }
                assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
            }
        }
    }

    @Test
    void pipelinedRequestsWaitForTheirTurnWhenTheClientDoesNotRead() throws Exception {
        int requests = 100;
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(8_192);
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(LOOPBACK, port));
            socket.getOutputStream()
                    .write("GET /large HTTP/1.1\r\n\r\n".repeat(requests).getBytes(US_ASCII));
            // Answered on the same event loop, after the pipelined requests were read.
            for (int i = 0; i < 20; i++) {
                get("/healthz");
            }
            assertThat(asked.get()).isLessThan(requests / 2);

            long answer = 0;
            byte[] chunk = new byte[65_536];
            for (int read = 0; answer < (long) requests * LARGE && read >= 0; answer += read) {
                read = socket.getInputStream().read(chunk);
            }
            assertThat(asked).hasValue(requests);
        }
    }

    @Test
    void allPortsShareOneThread() throws Exception {
        int second = server.open("--metrics-port", HOST, 0, HealthRoutes.liveness(() -> true));

        assertThat(second).isNotEqualTo(port);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(client.send(
                                HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + second + "/healthz"))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        assertThat(threads).hasValue(1);
    }

    @Test
    void aPortInUseIsNamedWithItsFlag() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            int number = taken.getLocalPort();

            assertThatThrownBy(() -> server.open("--metrics-port", HOST, number, Map.of()))
                    .isInstanceOf(BindFailure.class)
                    .hasMessage("--metrics-port: " + number
                            + " is in use on 127.0.0.1 (expected: a free port, or 0 for any)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1"})
    void anAddressOfAnotherMachineIsNamed(String host) {
        assertThatThrownBy(() -> server.open("--http-port", host, 0, Map.of()))
                .isInstanceOf(BindFailure.class)
                .hasMessageStartingWith("--http-port: 0 cannot be opened on 192.0.2.1 (expected: ");
    }

    @Test
    void closingEndsConnectionsAndFreesThePort() throws Exception {
        try (Socket socket = new Socket(LOOPBACK, port)) {
            socket.setSoTimeout(10_000);
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
            server.close();

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThatThrownBy(() -> new Socket(LOOPBACK, port).close()).isInstanceOf(IOException.class);
    }

    @Test
    void worksWithoutEpoll() throws Exception {
        try (HttpServer plain = new HttpServer(this::thread, false)) {
            port = plain.open("--http-port", HOST, 0, routes());

            assertThat(get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    private Map<String, Route> routes() {
        Map<String, Route> routes = new HashMap<>(HealthRoutes.of(() -> live, () -> readiness));
        routes.put("/accept", accept -> Answer.text(200, accept));
        routes.put("/fails", accept -> {
            throw new IllegalStateException("secret");
        });
        routes.put("/large", accept -> {
            asked.incrementAndGet();
            return Answer.text(200, "x".repeat(LARGE));
        });
        return routes;
    }

    private Thread thread(Runnable task) {
        threads.incrementAndGet();
        return new Thread(task, "http");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + path));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    /** Sends {@code bytes} and reads until the server closes. */
    private String exchange(String bytes) throws IOException {
        try (Socket socket = new Socket(LOOPBACK, port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }
}
