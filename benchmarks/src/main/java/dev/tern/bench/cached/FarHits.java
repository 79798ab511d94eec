package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Texts;
import dev.tern.bench.process.JavaChild;
import dev.tern.bench.process.JvmLine;
import dev.tern.bench.process.RedisProcess;
import dev.tern.bench.process.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** What an answer out of Redis takes one caller, against a bare GET of it. */
final class FarHits implements Scenario {
    private static final int SECRET_BYTES = 32;
    /** Each with a database of its own, by its place. */
    private static final List<Integer> ROWS = List.of(1, 200);

    @Override
    public String name() {
        return "l2-hit";
    }

    @Override
    public boolean needsRedis() {
        return true;
    }

    @Override
    public List<Figure> measure(Bench bench) throws IOException {
        Path program = bench.settings().redis().orElseThrow();
        try (TemporaryFolder folder = TemporaryFolder.create("tern-redis");
                RedisProcess redis =
                        RedisProcess.start(program, bench.settings().launch().cores(), folder.path())) {
            return bench.stop().during(redis::stop, () -> {
                List<Figure> figures = new ArrayList<>();
                for (int i = 0; i < ROWS.size(); i++) {
                    String database = "redis://127.0.0.1:" + redis.port() + "/" + i;
                    figures.addAll(figures(bench, ROWS.get(i), database, folder.path()));
                }
                return figures;
            });
        }
    }

    /** Two servers, one that has answers in memory and one that has them in Redis only; one idles. */
    private static List<Figure> figures(Bench bench, int rows, String redis, Path folder) throws IOException {
        List<String> farFlags = List.of("--redis=" + redis, "--cache-secret-file=" + secret(folder), "--cache-size=0");
        List<Variant> variants = List.of(Variant.CACHED);
        return bench.served(
                variants,
                List.of(),
                (near, ignored) -> bench.served(variants, farFlags, (far, alsoIgnored) -> {
                    try (JavaChild gets = gets(bench, far, redis)) {
                        bench.progress(Texts.format("%s: %s", Trial.rows(rows), gets.greeting()));
                        FarTurns turns = new FarTurns(bench, rows, near, far, gets);
                        return bench.stop().during(gets::close, turns::figures);
                    }
                }));
    }

    private static JavaChild gets(Bench bench, Lab far, String redis) throws IOException {
        JvmLine line = JvmLine.of(far.server().pid());
        return JavaChild.start(line, bench.settings().launch().cores(), BareGets.class, List.of(redis));
    }

    /** For its owner's eyes only, as temporary files are. */
    static Path secret(Path folder) throws IOException {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return Files.write(Files.createTempFile(folder, "secret", ""), secret);
    }
}
