package dev.tern.server.engine.onnx;

import static dev.tern.server.engine.onnx.Engines.item;
import static dev.tern.server.testing.Tensors.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Joining.BatchInput;
import dev.tern.server.engine.Joining.BatchInput.Kind;
import dev.tern.server.engine.PaddingObserver;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.LengthModels;
import dev.tern.server.testing.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ragged inputs: one after another, with tensors that tell the model where each ends. */
class RaggedTest {
    /** Two requests: one of 1 row of 3 by 1, one of 2 rows of 2 by 2. */
    private static final List<BatchItem> BATCH = List.of(
            item(1, floats("x", Shape.of(1, 3, 1), new float[3])),
            item(2, floats("x", Shape.of(2, 2, 2), new float[8])));

    @TempDir
    Path directory;

    @Test
    void elementsAreJoinedAndAnswersCutByRowsOrLikeTheInput() throws Exception {
        try (Instance instance = open(Kind.ACCUMULATED_ELEMENT_COUNT_WITH_ZERO)) {
            for (int run = 0; run < 5; run++) {
                List<List<Tensor>> answers = instance.run(List.of(
                        item(1, floats("values", Shape.of(1, 3), 1, 2, 3)),
                        item(1, floats("values", Shape.of(1, 0))),
                        item(1, floats("values", Shape.of(1, 2), 10, 20))));
                assertThat(answers.get(0).get(0).shape()).isEqualTo(Shape.of(1, 1));
                assertThat(floats(answers.get(0).get(0))).containsExactly(6);
                assertThat(floats(answers.get(1).get(0))).containsExactly(0);
                assertThat(floats(answers.get(2).get(0))).containsExactly(30);
                assertThat(answers)
                        .extracting(each -> each.get(1).shape())
                        .containsExactly(Shape.of(1, 3), Shape.of(1, 0), Shape.of(1, 2));
                assertThat(floats(answers.get(0).get(1))).containsExactly(2, 4, 6);
                assertThat(floats(answers.get(2).get(1))).containsExactly(20, 40);
                Tensors.release(answers);
            }
        }
    }

    @Test
    void aSingleRequestGetsTheSame() throws Exception {
        try (Instance instance = open(Kind.ACCUMULATED_ELEMENT_COUNT_WITH_ZERO)) {
            List<List<Tensor>> answers = instance.run(List.of(item(1, floats("values", Shape.of(1, 2), 10, 20))));
            assertThat(floats(answers.get(0).get(0))).containsExactly(30);
            assertThat(answers.get(0).get(1).shape()).isEqualTo(Shape.of(1, 2));
            Tensors.release(answers);
        }
    }

    @Test
    void anOutputThatHasNotTheInputsElementsIsNamed() throws Exception {
        Joining joining = joining(Kind.ACCUMULATED_ELEMENT_COUNT_WITH_ZERO, "sums");
        try (OnnxEngine engine = Engines.open(directory, LengthModels.raggedSums());
                Instance instance = engine.newInstance(List.of("sums"), joining, PaddingObserver.NONE)) {
            assertThatThrownBy(() -> instance.run(List.of(item(1, floats("values", Shape.of(1, 2), 1, 2)))))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("output 'sums' has shape [1,1] and cannot be given the shape of input 'values', which"
                            + " has 2 elements");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ELEMENT_COUNT                         | [2]   | 3 8
            ACCUMULATED_ELEMENT_COUNT             | [2]   | 3 11
            ACCUMULATED_ELEMENT_COUNT_WITH_ZERO   | [3]   | 0 3 11
            MAX_ELEMENT_COUNT_AS_SHAPE            | [8]   | 0 0 0 0 0 0 0 0
            ITEM_SHAPE                            | [3,2] | 3 1 2 2 2 2
            ITEM_SHAPE_FLATTEN                    | [6]   | 3 1 2 2 2 2
            """)
    void aBatchIsDescribedAsTritonDoes(Kind kind, String shape, String values) throws Exception {
        BatchTensors tensors = BatchTensors.of(new BatchInput("b", kind, "x"), BATCH);
        assertThat(tensors.shape()).hasToString(shape);
        int count = (int) tensors.shape().elements();
        ByteBuffer whole = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer real = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        tensors.write(DataType.INT32, whole);
        tensors.write(DataType.FP32, real);
        String[] expected = values.split(" ", -1);
        assertThat(expected).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(whole.getInt(4 * i)).isEqualTo(Integer.parseInt(expected[i]));
            assertThat(real.getFloat(4 * i)).isEqualTo(Float.parseFloat(expected[i]));
        }
    }

    private Instance open(Kind kind) throws Exception {
        try (OnnxEngine engine = Engines.open(directory, LengthModels.raggedSums())) {
            return engine.newInstance(List.of("sums", "doubled"), joining(kind, "doubled"), PaddingObserver.NONE);
        }
    }

    private static Joining joining(Kind kind, String scattered) {
        return new Joining(
                List.of(),
                Map.of(),
                Map.of(),
                Set.of("values"),
                List.of(new BatchInput("bounds", kind, "values")),
                Map.of(),
                Map.of(scattered, "values"));
    }
}
