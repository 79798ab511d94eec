package dev.tern.server.sequences;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceIdTest {
    @ParameterizedTest
    @CsvSource({
        "UINT64, -1, true",
        "INT64, 9223372036854775807, true",
        "INT64, -9223372036854775808, false",
        "UINT32, 4294967295, true",
        "UINT32, 4294967296, false",
        "UINT32, -1, false",
        "INT32, 2147483647, true",
        "INT32, 2147483648, false",
        "BYTES, 12, true"
    })
    void aNumberIsToldWhereItFits(DataType type, long number, boolean fits) {
        assertThat(new SequenceId(number).as(type) != null).isEqualTo(fits);
    }

    @Test
    void isToldInTheBytesOfItsType() {
        assertThat(bytes(new SequenceId(0x0102030405060708L), DataType.UINT64)).containsExactly(8, 7, 6, 5, 4, 3, 2, 1);
        assertThat(bytes(new SequenceId(258L), DataType.INT32)).containsExactly(2, 1, 0, 0);
        assertThat(bytes(new SequenceId(-1L), DataType.BYTES))
                .as("a number is told as its digits, unsigned")
                .isEqualTo(Tensors.bytes(Tensors.strings("id", Shape.of(1), "18446744073709551615")));
    }

    @Test
    void aTextIsNoNumberAndMustBeCarriedExactly() {
        assertThat(new SequenceId("12").as(DataType.UINT64)).isNull();
        assertThat(new SequenceId("\uD83D\uDE00").as(DataType.BYTES)).isNull();
        assertThat(new SequenceId("12")).isNotEqualTo(new SequenceId(12L)).hasToString("12");
    }

    private static byte[] bytes(SequenceId id, DataType type) {
        Payload payload = Objects.requireNonNull(id.as(type));
        return Tensors.bytes(new Tensor("id", type, Shape.of(1), payload));
    }
}
