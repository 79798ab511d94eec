package dev.tern.bench.cli;

import dev.tern.bench.input.GivenShape;
import dev.tern.bench.input.NamedFile;
import dev.tern.bench.input.NamedRange;
import dev.tern.bench.load.KeyChoice;
import dev.tern.bench.measure.Objective;
import dev.tern.bench.simulator.ArrivalProcess;
import dev.tern.bench.simulator.ExecutionCurve;
import dev.tern.bench.simulator.Patience;
import dev.tern.bench.simulator.Spread;
import dev.tern.bench.target.HostPort;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Option values that read themselves; what they say about a wrong one is what the user sees. */
abstract class Parsed<T> implements ITypeConverter<T> {
    private final Function<String, T> parser;

    private Parsed(Function<String, T> parser) {
        this.parser = parser;
    }

    @Override
    public T convert(String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    static final class Targets extends Parsed<HostPort> {
        Targets() {
            super(HostPort::parse);
        }
    }

    static final class Shapes extends Parsed<GivenShape> {
        Shapes() {
            super(GivenShape::parse);
        }
    }

    static final class Ranges extends Parsed<NamedRange> {
        Ranges() {
            super(NamedRange::parse);
        }
    }

    static final class Objectives extends Parsed<Objective> {
        Objectives() {
            super(Objective::parse);
        }
    }

    /** Where two are compared. */
    static final class Comparisons extends Parsed<Objective> {
        Comparisons() {
            super(Objective::parseComparing);
        }
    }

    static final class Shares extends Parsed<Double> {
        private static final double PERCENT = 0.01;

        Shares() {
            super(Shares::share);
        }

        private static double share(String text) {
            try {
                return text.endsWith("%")
                        ? PERCENT * Double.parseDouble(text.substring(0, text.length() - 1))
                        : Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' is not a share (expected: such as 5% or 0.05)", e);
            }
        }
    }

    static final class Files extends Parsed<NamedFile> {
        Files() {
            super(NamedFile::parse);
        }
    }

    static final class KeyChoices extends Parsed<KeyChoice> {
        KeyChoices() {
            super(KeyChoice::parse);
        }
    }

    static final class Curves extends Parsed<ExecutionCurve> {
        Curves() {
            super(ExecutionCurve::parse);
        }
    }

    static final class Processes extends Parsed<ArrivalProcess> {
        Processes() {
            super(ArrivalProcess::parse);
        }
    }

    static final class Spreads extends Parsed<Spread> {
        Spreads() {
            super(Spread::parse);
        }
    }

    static final class Patiences extends Parsed<Patience> {
        Patiences() {
            super(Patience::parse);
        }
    }
}
