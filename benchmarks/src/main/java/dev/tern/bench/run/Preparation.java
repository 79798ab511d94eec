package dev.tern.bench.run;

import dev.tern.bench.input.RequestPool;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.target.Target;
import dev.tern.bench.verify.AnswerCheck;
import dev.tern.bench.verify.AnswerFile;
import dev.tern.bench.verify.Answers;
import dev.tern.bench.verify.ReferenceCheck;
import dev.tern.bench.verify.VersionedCheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What is done before the load: describe the models, make their requests, learn the right answers. */
final class Preparation {
    private final RunSettings settings;
    private final Target target;
    private final SharedInputs shared;

    private Preparation(RunSettings settings, Target target, SharedInputs shared) {
        this.settings = settings;
        this.target = target;
        this.shared = shared;
    }

    /** The models in the settings' order; blocks. */
    static List<Described> of(RunSettings settings, Target target, SharedInputs shared) {
        return new Preparation(settings, target, shared).models();
    }

    private List<Described> models() {
        List<ModelInfo> models = settings.models().stream()
                .map(each -> target.describe(each.head().model(), each.head().version()))
                .toList();
        List<RequestPool> made = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            ModelSettings each = settings.models().get(i);
            made.add(RequestPool.of(each.head(), models.get(i), each.inputs(), settings.seed()));
        }
        List<RequestPool> pools = shared.placed(made);
        List<AnswerCheck> checks =
                settings.verification().versions().isEmpty() ? checks(pools) : checksByVersion(models);
        return IntStream.range(0, models.size())
                .mapToObj(i -> new Described(settings.models().get(i), models.get(i), pools.get(i), checks.get(i)))
                .toList();
    }

    private List<AnswerCheck> checks(List<RequestPool> pools) {
        Verification how = settings.verification();
        // Before the requests are sent: a file that does not fit is told at once.
        List<Answers> expected = how.recorded()
                .map(file -> AnswerFile.read(file, names(), pools))
                .orElse(List.of());
        List<Answers> given = how.asksBefore() ? ask(pools) : List.of();
        how.recordTo().ifPresent(file -> AnswerFile.write(file, names(), pools, given));
        if (how.tolerance().isEmpty()) {
            return pools.stream().map(each -> AnswerCheck.none()).toList();
        }
        double tolerance = how.tolerance().getAsDouble();
        return (how.recorded().isPresent() ? expected : given)
                .stream()
                        .<AnswerCheck>map(each -> new ReferenceCheck(each, tolerance))
                        .toList();
    }

    private List<AnswerCheck> checksByVersion(List<ModelInfo> models) {
        double tolerance = settings.verification().tolerance().orElseThrow();
        List<AnswerCheck> checks = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            ModelSettings each = settings.models().get(i);
            Map<String, Answers> versions = new LinkedHashMap<>();
            for (String version : settings.verification().versions()) {
                RequestPool pool =
                        RequestPool.of(each.head().withVersion(version), models.get(i), each.inputs(), settings.seed());
                versions.put(version, ask(pool, each));
            }
            checks.add(new VersionedCheck(versions, tolerance));
        }
        return checks;
    }

    private List<Answers> ask(List<RequestPool> pools) {
        List<Answers> given = new ArrayList<>();
        for (int i = 0; i < pools.size(); i++) {
            given.add(ask(pools.get(i), settings.models().get(i)));
        }
        return given;
    }

    private Answers ask(RequestPool pool, ModelSettings of) {
        return Answers.ask(target.connections(of.timeout()).get(0), pool);
    }

    private List<String> names() {
        return settings.models().stream().map(each -> each.head().model()).toList();
    }
}
