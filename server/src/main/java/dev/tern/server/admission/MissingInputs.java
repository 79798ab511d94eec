package dev.tern.server.admission;

import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** Words the error for a request with too few or too many inputs. */
final class MissingInputs {
    private MissingInputs() {}

    static String describe(ModelContract contract, List<Tensor> given) {
        int required = contract.requiredInputs();
        int all = contract.inputs().size();
        List<String> got = given.stream().map(Tensor::name).toList();
        String missing = contract.inputs().stream()
                .filter(input -> !input.optional() && !got.contains(input.name()))
                .map(InputContract::name)
                .collect(quotedList());
        String expected = required == all
                ? "expected " + all + " inputs but got " + given.size()
                : "expected number of inputs between " + required + " and " + all + " but got " + given.size();
        return expected + " inputs for model '" + contract.model() + "'. Got input(s) "
                + got.stream().collect(quotedList()) + ", but missing required input(s) " + missing
                + ". Please provide all required input(s).";
    }

    private static Collector<CharSequence, ?, String> quotedList() {
        return Collectors.collectingAndThen(
                Collectors.joining("','"), names -> names.isEmpty() ? "[]" : "['" + names + "']");
    }
}
