package dev.tern.server.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.DriftState;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a monitor with the default settings finds in traffic: 20 runs, each with requests for its reference and 10,000 more,
 * of 20 features: 15 numbers of three shapes, a number with four values, one that is mostly the same, a text, a truth value
 * and a score that the model makes of them.
 */
class FalseAlarmsTest {
    private static final int RUNS = 20;
    private static final int REQUESTS = 10_000;
    private static final int NUMBERS = 17;
    private static final String[] COUNTRIES = {"de", "fr", "it", "es", "pl"};

    private static final List<TensorSpec> INPUTS = List.of(
            new TensorSpec("x", DataType.FP32, Shape.of(-1, NUMBERS)),
            new TensorSpec("country", DataType.BYTES, Shape.of(-1, 1)),
            new TensorSpec("new", DataType.BOOL, Shape.of(-1, 1)));
    private static final List<TensorSpec> OUTPUTS = List.of(new TensorSpec("score", DataType.FP32, Shape.of(-1, 1)));

    /** A model's traffic. */
    private static final class Traffic {
        private final Random random;
        private final SplittableRandom sampling;
        private final double sample;
        private final Found found = new Found();
        private final DriftMonitor monitor;
        private final Tap tap;
        private final float[] shift = new float[NUMBERS];
        private double german = 0.2;
        private int draw;

        Traffic(long seed, DriftSettings settings) {
            random = new Random(seed);
            sampling = new SplittableRandom(seed);
            sample = settings.sample();
            monitor = new DriftMonitor(Features.of(INPUTS, OUTPUTS, List.of()), settings, () -> draw, found);
            tap = new Tap(
                    monitor,
                    () -> true,
                    (request, reply) -> reply.succeed(new InferenceResponse(
                            request.inputs().isEmpty()
                                    ? List.of()
                                    : List.of(score(request.inputs().get(0))))));
        }

        private static Tensor score(Tensor input) {
            float[] x = Tensors.floats(input);
            return Tensors.floats("score", Shape.of(1, 1), (float) Math.tanh(x[0] + 0.3 * x[1] - 0.5 * x[2]));
        }

        private List<Tensor> inputs() {
            float[] x = new float[NUMBERS];
            for (int i = 0; i < NUMBERS; i++) {
                x[i] = shift[i] + (float) number(i);
            }
            String country = random.nextDouble() < german ? "de" : COUNTRIES[1 + random.nextInt(4)];
            return List.of(
                    Tensors.floats("x", Shape.of(1, NUMBERS), x),
                    Tensors.strings("country", Shape.of(1, 1), country),
                    Tensors.raw("new", DataType.BOOL, Shape.of(1, 1), (byte) random.nextInt(2)));
        }

        private double number(int column) {
            if (column == 15) {
                return random.nextInt(4);
            }
            if (column == 16) {
                return random.nextInt(100) == 0 ? random.nextGaussian() : 0;
            }
            return switch (column % 3) {
                case 0 -> random.nextGaussian();
                case 1 -> Math.exp(random.nextGaussian());
                default -> random.nextDouble();
            };
        }

        /** Sends requests until something changes or there were so many; returns how many. */
        int send(int requests) {
            int changes = found.changes.size();
            for (int i = 1; i <= requests; i++) {
                sendOne();
                if (found.changes.size() > changes) {
                    return i;
                }
            }
            return requests;
        }

        /** For speed, what nobody will look at is made of nothing. */
        void sendOne() {
            draw = sampling.nextInt();
            List<Tensor> inputs = (draw >>> 1) < sample * 0x1p31 ? inputs() : List.of();
            tap.predict(
                    new InferenceRequest("m", "", inputs, List.of(), Map.of(), FakeCall.patient()),
                    new RecordingReply());
            monitor.work();
        }

        /** As many as the reference wants, and as many windows over as may come. */
        void learn() {
            while (monitor.state().features().stream().anyMatch(each -> each.test() == DriftState.Test.UNDECIDED)) {
                int unused = send(100);
            }
            send(random.nextInt(4_000));
        }
    }

    @Test
    void trafficThatStaysTheSameGivesNoAlarm() {
        int windows = 0;
        for (int run = 0; run < RUNS; run++) {
            Traffic traffic = new Traffic(run, DriftSettings.defaults());
            traffic.learn();
            traffic.send(REQUESTS);
            assertThat(traffic.found.changes).as("run %s", run).isEmpty();
            windows += traffic.found.windows;
        }
        assertThat(windows).as("windows that were compared").isGreaterThanOrEqualTo(RUNS * 20 * 2);
    }

    /** Of a normal, a log-normal and a uniform one. */
    @ParameterizedTest
    @CsvSource({"3, 0.5", "1, 0.5", "5, 0.2"})
    void aNumberThatShiftsIsFoundWithinTenThousandRequests(int column, float shift) {
        for (int run = 0; run < RUNS; run++) {
            Traffic traffic = new Traffic(1000 + run, DriftSettings.defaults());
            traffic.learn();
            traffic.shift[column] = shift;
            assertThat(traffic.send(REQUESTS))
                    .as("requests until run %s found it", run)
                    .isLessThan(REQUESTS);
            assertThat(traffic.found.changes).first().isEqualTo("x[" + column + "] BEGAN");
        }
    }

    @Test
    void aCategoryThatGrowsIsFoundWithinTenThousandRequests() {
        for (int run = 0; run < RUNS; run++) {
            Traffic traffic = new Traffic(2000 + run, DriftSettings.defaults());
            traffic.learn();
            traffic.german = 0.45;
            assertThat(traffic.send(REQUESTS))
                    .as("requests until run %s found it", run)
                    .isLessThan(REQUESTS);
            assertThat(traffic.found.changes).containsExactly("country BEGAN");
        }
    }

    /** With nothing but the p-value to decide, and a rate that shows: at most one window in five has an alarm. */
    @Test
    void falseAlarmsAreNoMoreThanStated() {
        DriftSettings settings = new DriftSettings(1, 5000, 400, 0.2, 0, 0);
        int rounds = 0;
        int alarms = 0;
        for (int run = 0; run < 100; run++) {
            Traffic traffic = new Traffic(5000 + run, settings);
            for (int i = 0; i < 5000 + 400; i++) {
                traffic.sendOne();
            }
            rounds++;
            alarms += traffic.found.changes.isEmpty() ? 0 : 1;
        }
        // 20 are expected at the most; 32 would be three standard deviations more.
        assertThat(alarms).as("alarms in %s rounds", rounds).isBetween(3, 32);
    }
}
