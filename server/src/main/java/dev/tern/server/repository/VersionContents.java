package dev.tern.server.repository;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInstanceGroup;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.server.repository.config.ParameterKeys;
import dev.tern.server.repository.content.DirectoryContent;
import dev.tern.server.repository.content.FileDigests;
import dev.tern.server.repository.content.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at all that a model's versions are made from. Blocks on the file system. */
final class VersionContents {
    private static final Logger log = LoggerFactory.getLogger(VersionContents.class);

    private static final String WARM_UP = "warmup";
    private static final String INITIAL_STATE = "initial_state";

    private VersionContents() {}

    static Map<Long, VersionContent> of(Path directory, ModelConfig config, List<Long> versions, FileDigests digests)
            throws IOException {
        String common = digests == FileDigests.NONE ? "" : common(directory, config, digests);
        String instances = digests == FileDigests.NONE ? "" : instances(config);
        Map<Long, VersionContent> contents = new HashMap<>();
        for (long version : versions) {
            DirectoryContent files = DirectoryContent.of(directory.resolve(Long.toString(version)), digests);
            String fingerprint =
                    common.isEmpty() ? "" : fingerprint(common, files, operators(directory, config, version, digests));
            contents.put(version, new VersionContent(fingerprint, instances, files.bytes()));
        }
        return contents;
    }

    private static String fingerprint(String common, DirectoryContent files, List<String> operators) {
        Sha256 all = new Sha256().text(common).text(files.digest());
        operators.forEach(all::text);
        return all.hex();
    }

    /** Digests of the libraries of operators that are there: they may lie outside the version's directory. */
    private static List<String> operators(Path directory, ModelConfig config, long version, FileDigests digests)
            throws IOException {
        List<String> operators = new ArrayList<>();
        for (Path library : OperatorFiles.present(directory, version, config)) {
            operators.add(digests.of(library));
        }
        return operators;
    }

    /** Whether a version's files are what they were when planned; true where nobody compares. Reads them all. */
    static boolean isStill(ModelPlan plan, long version) {
        VersionContent planned = plan.content(version);
        if (planned.fingerprint().isEmpty()) {
            return true;
        }
        try {
            VersionContent now = of(plan.directory(), plan.config(), List.of(version), FileDigests.READING)
                    .getOrDefault(version, VersionContent.UNKNOWN);
            return planned.isSameAs(now);
        } catch (IOException | RuntimeException e) {
            log.debug("Model '{}' version {}: its files cannot be read any more", plan.name(), version, e);
            return false;
        }
    }

    /** What all versions have in common: the configuration but for the instances, and the files that it names. */
    private static String common(Path directory, ModelConfig config, FileDigests digests) throws IOException {
        Sha256 common = new Sha256().bytes(bytes(withoutInstances(withoutRouting(config))));
        Path warmUp = directory.resolve(WARM_UP);
        if (config.getModelWarmupCount() > 0 && Files.isDirectory(warmUp)) {
            common.text(DirectoryContent.of(warmUp, digests).digest());
        }
        Path initialState = directory.resolve(INITIAL_STATE);
        if (config.getSequenceBatching().getStateCount() > 0 && Files.isDirectory(initialState)) {
            common.text(DirectoryContent.of(initialState, digests).digest());
        }
        for (ModelOutput output : config.getOutputList()) {
            Path labels = directory.resolve(output.getLabelFilename());
            if (!output.getLabelFilename().isEmpty() && Files.isRegularFile(labels)) {
                common.text(digests.of(labels));
            }
        }
        return common.hex();
    }

    /** What says only which versions there are, and which answers, needs none of them to be loaded anew. */
    private static ModelConfig withoutRouting(ModelConfig config) {
        ModelConfig.Builder rest = config.toBuilder().clearVersionPolicy();
        config.getParametersMap().keySet().stream()
                .filter(ParameterKeys::isOfRouting)
                .forEach(rest::removeParameters);
        return rest.build();
    }

    /**
     * Leaves of the instance groups what the model's sessions depend on: where there are any. How many use a session, by what
     * name and in whose turn, is not the session's.
     */
    private static ModelConfig withoutInstances(ModelConfig config) {
        List<ModelInstanceGroup> places = config.getInstanceGroupList().stream()
                .map(group -> group.toBuilder()
                        .clearName()
                        .clearCount()
                        .clearRateLimiter()
                        .build())
                .distinct()
                .sorted(Comparator.comparing(
                        ModelInstanceGroup::toByteString, ByteString.unsignedLexicographicalComparator()))
                .toList();
        return config.toBuilder()
                .clearInstanceGroup()
                .addAllInstanceGroup(places)
                .build();
    }

    private static String instances(ModelConfig config) throws IOException {
        return new Sha256()
                .bytes(bytes(ModelConfig.newBuilder()
                        .addAllInstanceGroup(config.getInstanceGroupList())
                        .build()))
                .hex();
    }

    /** The same for equal configurations: maps have no order of their own. */
    private static byte[] bytes(ModelConfig config) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(config.getSerializedSize());
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        config.writeTo(out);
        out.flush();
        return bytes.toByteArray();
    }
}
