package dev.tern.server.engine.onnx;

import static dev.tern.server.engine.onnx.Engines.item;
import static dev.tern.server.testing.Tensors.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.engine.Instance;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who closes the session, and which outputs an instance gives. */
class OnnxEngineTest {
    @TempDir
    Path directory;

    @Test
    void theSessionIsClosedByWhoeverLetsGoLast() throws Exception {
        OnnxEngine engine = Engines.open(directory, OnnxModels.twoOutputs());
        Instance first = engine.newInstance();
        Instance second = engine.newInstance();

        engine.close();
        assertThat(works(first)).isTrue();
        first.close();
        assertThat(works(second)).isTrue();
        second.close();
        assertThat(isOpen(engine)).isFalse();
    }

    @Test
    void closingTwiceTakesNothingFromTheOthers() throws Exception {
        OnnxEngine engine = Engines.open(directory, OnnxModels.twoOutputs());
        Instance first = engine.newInstance();
        Instance second = engine.newInstance();

        engine.close();
        engine.close();
        first.close();
        first.close();
        assertThat(works(second)).isTrue();
        second.close();
        assertThat(isOpen(engine)).isFalse();
    }

    @Test
    void aClosedEngineGivesNoInstances() throws Exception {
        OnnxEngine engine = Engines.open(directory, OnnxModels.twoOutputs());
        engine.close();

        assertThat(isOpen(engine)).isFalse();
        assertThatThrownBy(engine::newInstance)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the engine is closed");
    }

    @Test
    void anInstanceMayGiveAPartOfTheOutputsInAnyOrder() throws Exception {
        try (OnnxEngine engine = Engines.open(directory, OnnxModels.twoOutputs());
                Instance part = engine.newInstance(List.of("total"));
                Instance swapped = engine.newInstance(List.of("total", "negated"))) {
            for (int run = 0; run < 5; run++) {
                assertThat(names(part)).containsExactly("total");
                assertThat(names(swapped)).containsExactly("total", "negated");
            }
            assertThatThrownBy(() -> engine.newInstance(List.of("no"))).hasMessage("the model has no output 'no'");
        }
    }

    private static List<String> names(Instance instance) throws Exception {
        List<List<Tensor>> answers = instance.run(List.of(item(1, floats("x", Shape.of(1, 4), 1, 2, 3, 4))));
        Tensors.release(answers);
        return answers.get(0).stream().map(Tensor::name).toList();
    }

    private static boolean works(Instance instance) throws Exception {
        return names(instance).size() == 2;
    }

    private static boolean isOpen(OnnxEngine engine) {
        try {
            return !engine.session().getInputInfo().isEmpty();
        } catch (Exception e) {
            return false;
        }
    }
}
