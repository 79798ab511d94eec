package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.batching.Batching;
import dev.tern.server.batching.Grouping;
import dev.tern.server.batching.InstanceGroup;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.boot.caches.ResponseCaches;
import dev.tern.server.boot.caches.VersionCache;
import dev.tern.server.boot.drift.DriftMonitors;
import dev.tern.server.boot.drift.VersionDrift;
import dev.tern.server.boot.meters.Meters;
import dev.tern.server.boot.meters.VersionMeters;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.boot.settings.DriftConfig;
import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.boot.settings.SequenceConfig;
import dev.tern.server.boot.warmup.MeasuredRuns;
import dev.tern.server.boot.warmup.WarmUp;
import dev.tern.server.engine.BatchProbe.Finding;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.onnx.ExtensionsLibrary;
import dev.tern.server.engine.onnx.OnnxEngine;
import dev.tern.server.engine.onnx.SessionSettings;
import dev.tern.server.engine.onnx.TrialLoad;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Reply;
import dev.tern.server.repository.Version;
import dev.tern.server.repository.VersionFactory;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.VersionSource;
import dev.tern.server.repository.config.AutoComplete;
import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.repository.config.OperatorLibraryNames;
import dev.tern.server.repository.config.SequenceTensors;
import dev.tern.server.sequences.SequenceSettings;
import dev.tern.server.sequences.Sequences;
import dev.tern.server.tensor.Signature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes a version from its model file: describe, try it in a child process, open, complete the configuration, probe
 * whether rows may share a run, warm up, compose the pipeline.
 */
public final class OnnxVersionFactory implements VersionFactory {
    private final boolean autoComplete;
    private final ServerOptions.Execution execution;
    private final TrialLoad trialLoad;
    private final HostPolicies policies;
    private final Seats seats;
    private final IdleTime idleTime;
    private final Clock clock;
    private final LoadPace pace;
    private final Meters meters;
    private final ResponseCaches caches;
    private final DriftMonitors drifts;

    /** @param idleTime run what nobody waits for */
    public OnnxVersionFactory(
            boolean autoComplete,
            ServerOptions.Execution execution,
            TrialLoad trialLoad,
            HostPolicies policies,
            Seats seats,
            IdleTime idleTime,
            Clock clock,
            LoadPace pace,
            Meters meters,
            ResponseCaches caches,
            DriftMonitors drifts) {
        this.autoComplete = autoComplete;
        this.execution = execution;
        this.trialLoad = trialLoad;
        this.policies = policies;
        this.seats = seats;
        this.idleTime = idleTime;
        this.clock = clock;
        this.pace = pace;
        this.meters = meters;
        this.caches = caches;
        this.drifts = drifts;
    }

    @Override
    public Version create(VersionSource source) throws VersionLoadException {
        try {
            OnnxModel model =
                    OnnxModel.read(source.modelFile(), optionalInputs(source.config()), operatorLibraries(source));
            SessionSettings settings = new ModelSettings(source.config()).session();
            trialLoad.check(model, settings);
            Sessions sessions = new Sessions(model, settings);
            try (InstanceGroups groups = new InstanceGroups(policies, seats, sessions)) {
                return version(source, look(source, model, sessions, groups), groups, Optional.empty());
            }
        } catch (EngineException | ConfigException e) {
            throw why(e);
        }
    }

    /**
     * A version like {@code before}, which is open, with the instances that {@code source} asks for: in its sessions, as they
     * have been looked at.
     */
    Version like(OnnxVersion before, VersionSource source) throws VersionLoadException {
        LoadedModel loaded = before.model().with(source.config().getInstanceGroupList());
        try (InstanceGroups groups = new InstanceGroups(policies, seats, loaded.sessions())) {
            return version(source, loaded, groups, Optional.of(before));
        } catch (EngineException | ConfigException e) {
            throw why(e);
        }
    }

    private static VersionLoadException why(Exception e) {
        String reason = e instanceof EngineException failed ? failed.reason() : String.valueOf(e.getMessage());
        return new VersionLoadException(reason, e);
    }

    /** Finds out what the model can do. */
    private LoadedModel look(VersionSource source, OnnxModel model, Sessions sessions, InstanceGroups groups)
            throws VersionLoadException, ConfigException, EngineException {
        OnnxEngine engine = groups.firstEngine(source.config());
        Signature signature =
                new UnknownRanks(model.unknownRank(), SequenceTensors.atModel(source.config())).resolve(engine);
        ModelConfig config = complete(source.config(), signature);
        ModelConfig batched = SequenceTensors.atModel(config);
        SampleTrials trials = new SampleTrials(source, signature, model, engine);
        Finding alike = trials.alike(batched);
        BatchingDecision batching = trials.batching(batched, alike);
        ModelConfig inForce = config.hasSequenceBatching() ? config : batching.config();
        return new LoadedModel(model, signature, inForce, batching, trials.rows(batching.config(), alike), sessions);
    }

    private Version version(
            VersionSource source, LoadedModel loaded, InstanceGroups groups, Optional<OnnxVersion> before)
            throws VersionLoadException, ConfigException, EngineException {
        Optional<VersionCache> cache = openCache(source, loaded);
        try {
            return compose(source, loaded, groups, cache, before);
        } catch (VersionLoadException | ConfigException | EngineException | RuntimeException | Error e) {
            cache.ifPresent(VersionCache::close);
            throw e;
        }
    }

    private ModelConfig complete(ModelConfig given, Signature signature) throws ConfigException {
        return autoComplete
                ? AutoComplete.complete(given, signature, execution.defaultMaxBatchSize())
                : AutoComplete.asGiven(given, signature);
    }

    /** Inputs with a default in the model can be left out; they are only looked at where the configuration has them. */
    private static Set<String> optionalInputs(ModelConfig config) {
        return config.getInputList().stream()
                .filter(ModelInput::getOptional)
                .map(ModelInput::getName)
                .collect(Collectors.toSet());
    }

    /** The model's own, and those of the installation that it names. */
    private static List<Path> operatorLibraries(VersionSource source) throws EngineException {
        List<Path> libraries = new ArrayList<>(source.operatorLibraries());
        if (OperatorLibraryNames.namesExtensions(source.config())) {
            libraries.add(ExtensionsLibrary.file());
        }
        return libraries;
    }

    private Optional<VersionCache> openCache(VersionSource source, LoadedModel loaded) throws VersionLoadException {
        return new ModelSettings(loaded.config()).cache().enabled()
                ? Optional.of(caches.open(
                        loaded.config(),
                        source.version(),
                        loaded.model(),
                        meters.openCache(source.model(), source.version()),
                        loaded.rows().byRows()))
                : Optional.empty();
    }

    /** @param before what the version is like, and goes on from */
    private Version compose(
            VersionSource source,
            LoadedModel loaded,
            InstanceGroups makers,
            Optional<VersionCache> cache,
            Optional<OnnxVersion> before)
            throws VersionLoadException, ConfigException, EngineException {
        ModelConfig config = loaded.config();
        ModelConfig batched = loaded.batched();
        ModelSettings settings = new ModelSettings(batched);
        ModelContract contract = settings.contract(loaded.signature());
        ModelContract callers = new ModelSettings(config).contract(loaded.signature());
        Joining joining = settings.joining(contract, loaded.model());
        WarmUp warmUp = new WarmUp(batched, contract, source.modelDirectory());
        Optional<DriftConfig> drift = DriftConfig.of(config, callers);
        Optional<SequenceSettings> sequenceSettings = sequences(source, config);
        PaddingCount padding = new PaddingCount();
        MeasuredRuns runs = new MeasuredRuns(
                pace.timing(settings.session().runsOnCaller()),
                before.isPresent() ? List.of() : SampleTrials.firstRows(batched, contract, warmUp),
                batched.getMaxBatchSize());
        List<String> warnings = warnings(loaded, makers);
        drift.map(each -> each.features().warning())
                .filter(warning -> !warning.isEmpty())
                .ifPresent(warnings::add);
        List<InstanceGroup> groups =
                makers.make(config, warmUp, runs, engine -> engine.newInstance(settings.outputs(), joining, padding));
        return orElseRun(() -> groups.forEach(InstanceGroup::close), () -> {
            VersionMeters recorder = before.isPresent()
                    ? meters.openLike(before.get().meters(), source.model(), source.version())
                    : meters.open(source.model(), source.version(), clock);
            return orElseRun(recorder::close, () -> {
                padding.goesTo(recorder);
                cache.ifPresent(each -> each.meters().countedWith(recorder));
                Optional<VersionDrift> watched = before.isPresent()
                        ? before.get().watched().map(each -> each.share(recorder::isCounted))
                        : drift.map(each -> drifts.open(source.model(), source.version(), each, recorder::isCounted));
                return orElseRun(() -> watched.ifPresent(VersionDrift::close), () -> {
                    SchedulerSettings scheduling =
                            settings.scheduling(execution.defaultMaxQueueSize(), execution.maxExecution());
                    Grouping grouping = settings.grouping(contract, joining);
                    Batching batching = batching(scheduling, grouping, groups, recorder);
                    return orElseRun(batching::close, () -> {
                        Optional<Sequences> sequences = sequenceSettings.map(each -> sequences(each, before));
                        before.ifPresentOrElse(
                                each -> batching.learnFrom(each.scheduling()), () -> runs.tell(batching));
                        return new OnnxVersion(
                                config,
                                Pipeline.ofVersion(callers, cache, watched, sequences, batching),
                                warnings,
                                settings.instances(),
                                // A request of a sequence says which one: those of the server's own have none.
                                sequences.isPresent() ? List::of : warmUp::requests,
                                batching,
                                background(scheduling, grouping, callers, sequences.isPresent(), groups),
                                cache,
                                sequences,
                                watched,
                                recorder,
                                loaded,
                                this);
                    });
                });
            });
        });
    }

    /** What {@code making} makes; if it fails, what was to be a part of that is given up. */
    private static Version orElseRun(Runnable givingUp, Supplier<Version> making) {
        try {
            return making.get();
        } catch (RuntimeException | Error e) {
            givingUp.run();
            throw e;
        }
    }

    private Optional<SequenceSettings> sequences(VersionSource source, ModelConfig config) throws VersionLoadException {
        return config.hasSequenceBatching()
                ? Optional.of(new SequenceConfig(config)
                        .settings(source.modelDirectory(), execution.defaultMaxQueueSize(), overload()))
                : Optional.empty();
    }

    /** Those under way go on in a version of the same sessions. */
    private Sequences sequences(SequenceSettings settings, Optional<OnnxVersion> before) {
        return before.flatMap(OnnxVersion::sequences)
                .map(each -> each.share(settings.slots()))
                .orElseGet(() -> new Sequences(settings, clock));
    }

    private Failure.Kind overload() {
        return execution.overloadIsUnavailable() ? Failure.Kind.UNAVAILABLE : Failure.Kind.RESOURCE_EXHAUSTED;
    }

    private Batching batching(
            SchedulerSettings scheduling, Grouping grouping, List<InstanceGroup> groups, VersionMeters recorder) {
        return new Batching(scheduling, grouping, groups, clock, overload(), recorder);
    }

    private Background background(
            SchedulerSettings scheduling,
            Grouping grouping,
            ModelContract contract,
            boolean inSequences,
            List<InstanceGroup> groups) {
        // A run may be slow there because it gets no time; its callers' patience bounds it.
        SchedulerSettings unhurried = scheduling.withMaxExecution(0);
        return new Background(
                idleTime,
                groups.get(0).instances().get(0)::another,
                (instances, seat) -> new Batching(
                        unhurried,
                        grouping,
                        instances,
                        seat,
                        idleTime.clock(),
                        Failure.Kind.UNAVAILABLE,
                        Uncounted.RUNS),
                queue -> inSequences ? OnnxVersionFactory::noCopy : Pipeline.withoutCache(contract, queue));
    }

    /** A copy of one request of a sequence has none before it. */
    private static void noCopy(InferenceRequest request, Reply reply) {
        reply.fail(Failure.of(Failure.Kind.UNIMPLEMENTED, "requests of sequences are not copied"));
    }

    private List<String> warnings(LoadedModel loaded, InstanceGroups makers) {
        List<String> warnings = new ArrayList<>(loaded.batching().warnings());
        warnings.addAll(makers.warnings(loaded.config()));
        warnings.addAll(caches.warnings(loaded.config()));
        warnings.addAll(loaded.rows().warnings());
        return warnings;
    }
}
