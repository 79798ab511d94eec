package dev.tern.server.cache;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.ForwardingReply;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.Together;
import dev.tern.server.tensor.RowSlices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way by rows. Rows of one key are one, which is looked up and computed once. Handed from thread to
 * thread, never seen by two at a time.
 */
final class RowRequest {
    private static final Logger LOG = LoggerFactory.getLogger(RowRequest.class);
    private static final String DEFECT = "internal error while handling the request";

    private final RowCaching stage;
    private final InferenceRequest request;
    private final Reply reply;

    private List<RowSlices> inputs = List.of();

    /** Which of the different rows each row is. */
    private int[] which = {};

    /** The different rows: their keys, where each is first, what is known of it. */
    private final List<CacheKey> keys = new ArrayList<>();

    private int[] first = {};
    private @Nullable InferenceResponse[] answers = {};
    private boolean[] writtenFar = {};

    /** How things stood when each of the different rows was looked up. */
    private Asked[] asOf = {};

    private int near;

    RowRequest(RowCaching stage, InferenceRequest request, Reply reply) {
        this.stage = stage;
        this.request = request;
        this.reply = reply;
    }

    /** Passes the request on as it is, and keeps nothing of it. Also on a thread where nobody else would answer. */
    void sendWhole() {
        try {
            stage.next().predict(request, new WithOrigin(Origin.MISS, reply));
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void fail(Throwable e) {
        LOG.error("A request could not be passed on", e);
        reply.fail(new Failure(Kind.INTERNAL, DEFECT, e));
    }

    /** Looks each of {@code rows} rows up. */
    void lookUp(int rows) {
        long start = stage.nanoTime();
        boolean refresh = CacheControl.of(request) == CacheControl.REFRESH;
        cut(rows);
        for (int i = 0; i < asOf.length; i++) {
            asOf[i] = refresh ? stage.near().refresh(keys.get(i)) : stage.near().asked(keys.get(i));
        }
        if (refresh) {
            Arrays.fill(writtenFar, true);
            send(IntStream.range(0, keys.size()).toArray());
            return;
        }
        List<CacheKey> missing = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < answers.length; i++) {
            answers[i] = stage.near().get(keys.get(i));
            if (answers[i] == null) {
                missing.add(keys.get(i));
                places.add(i);
            }
        }
        near = answers.length - missing.size();
        long nanos = stage.nanoTime() - start;
        if (missing.isEmpty()) {
            stage.observer().hit(nanos);
            count(0, 0);
            answer(Origin.L1);
        } else {
            stage.observer().missed(nanos);
            stage.far().getAll(missing, request.call(), found -> takeFar(places, found));
        }
    }

    private void cut(int rows) {
        inputs = request.inputs().stream().map(input -> RowSlices.of(input, 1)).toList();
        CacheKey[] all = stage.keys().ofRows(request, inputs);
        which = new int[rows];
        first = new int[rows];
        Map<CacheKey, Integer> places = new HashMap<>(2 * rows);
        for (int row = 0; row < rows; row++) {
            Integer before = places.putIfAbsent(all[row], keys.size());
            which[row] = before == null ? keys.size() : before;
            if (before == null) {
                first[keys.size()] = row;
                keys.add(all[row]);
            }
        }
        answers = new InferenceResponse[keys.size()];
        writtenFar = new boolean[keys.size()];
        asOf = new Asked[keys.size()];
    }

    /** On the thread that brings them, where nobody else would answer for a failure. */
    private void takeFar(List<Integer> places, List<RowLevel.Row> found) {
        try {
            List<Integer> missing = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                int place = places.get(i);
                InferenceResponse answer = found.get(i).answer();
                if (answer == null) {
                    missing.add(place);
                    writtenFar[place] = found.get(i).isMissing();
                } else {
                    InferenceResponse kept = keep(place, answer);
                    answers[place] = kept == null ? answer : kept;
                }
            }
            if (missing.isEmpty()) {
                count(places.size(), 0);
                Together.run(() -> answer(Origin.L2));
            } else {
                send(missing.stream().mapToInt(Integer::intValue).toArray());
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Has the different rows at {@code asked} computed. */
    private void send(int[] asked) {
        count(keys.size() - near - asked.length, asked.length);
        boolean whole = asked.length == which.length;
        stage.next().predict(whole ? request : smaller(asked), new Computed(asked, whole));
    }

    private InferenceRequest smaller(int[] asked) {
        int[] rows = IntStream.of(asked).map(place -> first[place]).toArray();
        return request.withInputs(
                inputs.stream().map(input -> input.copyOf(rows)).toList());
    }

    private void count(int far, int computed) {
        stage.observer().rows(near, far, computed, which.length - keys.size());
    }

    /** The answer as it is kept in memory; null if it is too large. */
    private @Nullable InferenceResponse keep(int place, InferenceResponse answer) {
        return stage.near().put(keys.get(place), answer, asOf[place]);
    }

    /** All rows are known. */
    private void answer(Origin origin) {
        InferenceResponse joined = joined(origin);
        if (joined == null) {
            sendWhole();
        } else {
            reply.succeed(joined);
        }
    }

    private @Nullable InferenceResponse joined(Origin origin) {
        InferenceResponse[] rows = new InferenceResponse[which.length];
        for (int row = 0; row < rows.length; row++) {
            InferenceResponse answer = answers[which[row]];
            if (answer == null) {
                return null;
            }
            rows[row] = answer;
        }
        return RowAnswers.join(rows, origin);
    }

    /** Takes what the model answered to the different rows at {@code asked}. */
    private final class Computed extends ForwardingReply {
        private final int[] asked;
        private final boolean whole;
        private List<InferenceResponse> rows = List.of();

        /** @param whole whether that was the request itself, so that the answer is the request's */
        Computed(int[] asked, boolean whole) {
            super(reply);
            this.asked = asked;
            this.whole = whole;
        }

        @Override
        public void succeed(InferenceResponse response) {
            try {
                answer(response);
            } finally {
                writeFar();
                rows.forEach(InferenceResponse::release);
            }
        }

        private void answer(InferenceResponse response) {
            boolean cuttable = RowAnswers.hasRows(response, asked.length);
            if (!cuttable) {
                LOG.warn("Model '{}': rows are not kept, as an output has no batch dimension", request.model());
                stage.giveUp();
            }
            InferenceResponse joined;
            try {
                joined = cuttable ? take(response) : null;
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.error("Rows could not be kept", e);
                joined = null;
            }
            if (whole) {
                reply.succeed(response.from(Origin.MISS));
                return;
            }
            response.release();
            if (joined == null) {
                sendWhole();
            } else {
                reply.succeed(joined);
            }
        }

        /** Keeps the rows; returns the whole answer, unless the response is. */
        private @Nullable InferenceResponse take(InferenceResponse response) {
            long start = stage.nanoTime();
            rows = RowAnswers.cut(response, asked.length);
            boolean fits = true;
            for (int i = 0; i < asked.length; i++) {
                InferenceResponse kept = keep(asked[i], rows.get(i));
                fits &= kept != null;
                answers[asked[i]] = kept == null ? rows.get(i) : kept;
            }
            stage.observer().kept(fits, stage.nanoTime() - start);
            return whole ? null : joined(Origin.MISS);
        }

        /** When the caller has the answer. */
        private void writeFar() {
            try {
                for (int place : asked) {
                    InferenceResponse answer = answers[place];
                    if (writtenFar[place] && answer != null) {
                        stage.far().put(keys.get(place), answer, asOf[place]);
                    }
                }
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.error("Rows could not be written", e);
            }
        }
    }
}
