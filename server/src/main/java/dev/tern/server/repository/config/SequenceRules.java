package dev.tern.server.repository.config;

import dev.tern.proto.inference.BatchInput;
import dev.tern.proto.inference.DataType;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelParameter;
import dev.tern.proto.inference.ModelSequenceBatching;
import dev.tern.proto.inference.ModelSequenceBatching.Control;
import dev.tern.proto.inference.ModelSequenceBatching.ControlInput;
import dev.tern.proto.inference.ModelSequenceBatching.InitialState;
import dev.tern.proto.inference.ModelSequenceBatching.State;
import dev.tern.proto.inference.ModelSequenceBatching.StrategyOldest;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Sequences: what of them can be said without looking into the model. */
final class SequenceRules {
    private static final String KEY = "sequence_batching";
    private static final long VARIABLE = -1;
    private static final Set<DataType> ID_TYPES = EnumSet.of(
            DataType.TYPE_UINT64, DataType.TYPE_INT64, DataType.TYPE_UINT32, DataType.TYPE_INT32, DataType.TYPE_STRING);

    private SequenceRules() {}

    static String controlKey(int index) {
        return KEY + ".control_input[" + index + "]";
    }

    static String stateKey(int index) {
        return KEY + ".state[" + index + "]";
    }

    static void check(ModelConfig config, boolean batchSizeKnown, Problems problems) {
        if (!config.hasSequenceBatching()) {
            return;
        }
        ModelSequenceBatching sequences = config.getSequenceBatching();
        checkCompany(config, problems);
        checkStrategy(config, batchSizeKnown, problems);
        Set<String> inputs =
                config.getInputList().stream().map(ModelInput::getName).collect(Collectors.toCollection(HashSet::new));
        Set<Control.Kind> kinds = EnumSet.noneOf(Control.Kind.class);
        for (int i = 0; i < sequences.getControlInputCount(); i++) {
            checkName(sequences.getControlInput(i).getName(), controlKey(i) + ".name", inputs, problems);
            checkControl(sequences.getControlInput(i), controlKey(i) + ".control", kinds, problems);
        }
        Set<String> outputs = new HashSet<>();
        for (int i = 0; i < sequences.getStateCount(); i++) {
            State state = sequences.getState(i);
            checkName(state.getInputName(), stateKey(i) + ".input_name", inputs, problems);
            checkName(state.getOutputName(), stateKey(i) + ".output_name", outputs, problems);
            checkState(state, stateKey(i), problems);
        }
    }

    /** What does not go with sequences. */
    private static void checkCompany(ModelConfig config, Problems problems) {
        problems.errorIf(
                config.getSequenceBatching().getIterativeSequence(),
                KEY + ".iterative_sequence",
                "must be false for ONNX models: they answer a request in one run");
        problems.errorIf(
                config.getResponseCache().getEnable(),
                "response_cache.enable",
                "must be false with " + KEY + ": an answer depends on the requests before it");
        problems.errorIf(
                config.getParametersOrDefault(ParameterKeys.SPLIT_LARGE_REQUESTS, ModelParameter.getDefaultInstance())
                        .getStringValue()
                        .equals("true"),
                "parameters[" + ParameterKeys.SPLIT_LARGE_REQUESTS + "]",
                "must be false with " + KEY + ": its requests have one row");
        List<BatchInput> made = config.getBatchInputList();
        problems.errorIf(
                !made.isEmpty() || config.getInputList().stream().anyMatch(ModelInput::getAllowRaggedBatch),
                made.isEmpty() ? "input.allow_ragged_batch" : "batch_input",
                "is not possible with " + KEY);
    }

    private static void checkStrategy(ModelConfig config, boolean batchSizeKnown, Problems problems) {
        float share = config.getSequenceBatching().getDirect().getMinimumSlotUtilization();
        problems.errorIf(
                !(share >= 0 && share <= 1),
                KEY + ".direct.minimum_slot_utilization",
                share + " is not allowed; must be from 0 to 1");
        if (!config.getSequenceBatching().hasOldest()) {
            return;
        }
        StrategyOldest oldest = config.getSequenceBatching().getOldest();
        problems.errorIf(
                oldest.getMaxCandidateSequences() < 1,
                KEY + ".oldest.max_candidate_sequences",
                oldest.getMaxCandidateSequences() + " is not allowed; must be >= 1");
        int max = batchSizeKnown ? config.getMaxBatchSize() : Integer.MAX_VALUE;
        for (int size : oldest.getPreferredBatchSizeList()) {
            problems.errorIf(
                    size < 1 || size > max,
                    KEY + ".oldest.preferred_batch_size",
                    size + " is not allowed; must be from 1 to max_batch_size"
                            + (batchSizeKnown ? " (" + max + ")" : ""));
        }
    }

    private static void checkName(String name, String key, Set<String> taken, Problems problems) {
        problems.errorIf(name.isEmpty(), key, "must be given");
        problems.errorIf(
                !taken.add(name),
                key,
                "'" + name + "' is listed twice; names must differ, and no request brings what the server makes");
    }

    private static void checkControl(ControlInput input, String key, Set<Control.Kind> kinds, Problems problems) {
        if (input.getControlCount() != 1) {
            problems.error(key, "needs one control for '" + input.getName() + "', has " + input.getControlCount());
            return;
        }
        Control control = input.getControl(0);
        int values =
                control.getInt32FalseTrueCount() + control.getFp32FalseTrueCount() + control.getBoolFalseTrueCount();
        switch (control.getKind()) {
            case CONTROL_SEQUENCE_START, CONTROL_SEQUENCE_END, CONTROL_SEQUENCE_READY ->
                problems.errorIf(
                        values != 2 || !isOneList(control),
                        key,
                        control.getKind() + " of '" + input.getName()
                                + "' needs two values, for false and true, in one of int32_false_true,"
                                + " fp32_false_true and bool_false_true");
            case CONTROL_SEQUENCE_CORRID ->
                problems.errorIf(
                        !ID_TYPES.contains(control.getDataType()) || values > 0,
                        key,
                        control.getKind() + " of '" + input.getName() + "' needs a data_type of " + ID_TYPES
                                + " and no values for false and true");
            case UNRECOGNIZED -> problems.error(key, "has an unknown kind");
        }
        problems.errorIf(
                !kinds.add(control.getKind()),
                key,
                control.getKind() + " is listed twice; a model has one of each kind");
    }

    private static boolean isOneList(Control control) {
        return control.getInt32FalseTrueCount() == 2
                || control.getFp32FalseTrueCount() == 2
                || control.getBoolFalseTrueCount() == 2;
    }

    private static void checkState(State state, String key, Problems problems) {
        problems.errorIf(
                DataTypes.find(state.getDataType()).isEmpty(),
                key + ".data_type",
                "must be given for '" + state.getInputName() + "'");
        problems.errorIf(state.getDimsCount() == 0, key + ".dims", "must be given for '" + state.getInputName() + "'");
        problems.errorIf(
                state.getDimsList().stream().anyMatch(dim -> dim < 1 && dim != VARIABLE),
                key + ".dims",
                state.getDimsList() + ": each dimension must be >= 1, or -1 for one that varies");
        problems.errorIf(
                state.getInitialStateCount() > 1,
                key + ".initial_state",
                "is listed " + state.getInitialStateCount() + " times; one is allowed");
        for (InitialState initial : state.getInitialStateList()) {
            checkInitial(state, initial, key + ".initial_state", problems);
        }
    }

    private static void checkInitial(State state, InitialState initial, String key, Problems problems) {
        problems.errorIf(
                initial.getDataType() != state.getDataType(),
                key + ".data_type",
                initial.getDataType() + " must be the state's, " + state.getDataType());
        problems.errorIf(
                !fits(state.getDimsList(), initial.getDimsList()),
                key + ".dims",
                initial.getDimsList() + " must be the state's dims, " + state.getDimsList()
                        + ", with a size for each that varies");
        switch (initial.getStateDataCase()) {
            case ZERO_DATA -> {}
            case DATA_FILE ->
                problems.errorIf(
                        initial.getDataFile().isEmpty() || !IdentityRules.staysInside(initial.getDataFile()),
                        key + ".data_file",
                        "'" + initial.getDataFile() + "' must be a file inside the model's initial_state directory");
            case STATEDATA_NOT_SET -> problems.error(key, "needs one of zero_data and data_file");
        }
    }

    private static boolean fits(List<Long> dims, List<Long> given) {
        boolean fits = dims.size() == given.size();
        for (int i = 0; fits && i < dims.size(); i++) {
            fits = given.get(i) > 0 && (dims.get(i) == VARIABLE || dims.get(i).equals(given.get(i)));
        }
        return fits;
    }
}
