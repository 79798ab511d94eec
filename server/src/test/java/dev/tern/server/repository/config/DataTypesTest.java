package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.tensor.DataType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataTypesTest {
    @ParameterizedTest
    @EnumSource(DataType.class)
    void everyTypeHasItsNameInTheConfiguration(DataType type) {
        String expected = type == DataType.BYTES ? "TYPE_STRING" : "TYPE_" + type.name();
        assertThat(DataTypes.toConfig(type).name()).isEqualTo(expected);
        assertThat(DataTypes.ofConfig(DataTypes.toConfig(type))).isEqualTo(type);
    }

    @Test
    void coversEveryTypeOfTheConfiguration() {
        assertThat(Arrays.stream(DataType.values()).map(DataTypes::toConfig))
                .doesNotHaveDuplicates()
                .hasSize(dev.tern.proto.inference.DataType.values().length - 2);
    }

    @Test
    void refusesTheInvalidType() {
        assertThatThrownBy(() -> DataTypes.ofConfig(dev.tern.proto.inference.DataType.TYPE_INVALID))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
