package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.load.ArrivalPattern;
import dev.tern.bench.load.ArrivalPattern.Spacing;
import dev.tern.bench.load.TraceLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ArrivalKindTest {
    private static final long MILLI = 1_000_000;

    @TempDir
    Path folder;

    @Test
    void patternsAreRead() {
        assertThat(ArrivalKind.parse("poisson").pattern()).contains(ArrivalPattern.POISSON);
        assertThat(ArrivalKind.parse("constant").pattern()).contains(ArrivalPattern.CONSTANT);
        assertThat(ArrivalKind.parse("bursty:on=100ms,off=1.5s").pattern())
                .contains(new ArrivalPattern(Spacing.POISSON, 100 * MILLI, 1_500 * MILLI));
        assertThat(ArrivalKind.parse("bursty:off=0s,within=constant,on=1ms").pattern())
                .contains(new ArrivalPattern(Spacing.CONSTANT, MILLI, 0));
    }

    @Test
    void tracesAreRead() throws IOException {
        Path file = Files.writeString(folder.resolve("a,b.txt"), "1000\n1004\n");
        assertThat(ArrivalKind.parse("trace:" + file).trace())
                .contains(new TraceLoad(file.toString(), new long[] {0, 4_000 * MILLI}, 1));
        assertThat(ArrivalKind.parse("trace:" + file + ",speed=2.5,unit=ms").trace())
                .contains(new TraceLoad(file.toString(), new long[] {0, 4 * MILLI}, 2.5));
    }

    @Test
    void aTraceThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> ArrivalKind.parse("trace:/nowhere/at.all"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("trace /nowhere/at.all: it cannot be read (expected: a file of text)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uniform",
                "bursty",
                "bursty:on=1s",
                "bursty:on=0s,off=1s",
                "bursty:on=1s,off=1s,on=2s",
                "bursty:on=1s,off=1s,within=zipf",
                "bursty:on=1s,off=1s,low=3",
                "trace:x,unit=h",
                "trace:x,speed=0",
                "trace:x,speed=-1"
            })
    void otherKindsAreRefused(String text) {
        assertThatThrownBy(() -> ArrivalKind.parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + text + "' is not allowed (expected: poisson, constant,"
                        + " bursty:on=TIME,off=TIME[,within=constant] or"
                        + " trace:FILE[,unit=s|ms|us|ns][,speed=X])");
    }

    @Test
    void aTimeThatIsNoneIsNamed() {
        assertThatThrownBy(() -> ArrivalKind.parse("bursty:on=5,off=1s"))
                .hasMessage("'5' is not a duration (expected: a number and us, ms, s, m or h, such as 10s)");
    }
}
