package dev.tern.bench.lifecycle;

import dev.tern.bench.figures.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Some figures that are measured with one server. */
interface Scenario {
    /** Its name on the command line. */
    String name();

    /** Writes its models; their names. */
    List<String> write(Path repository) throws IOException;

    /** Flags of its server besides. */
    default List<String> flags() {
        return List.of();
    }

    /** Measures with a server that has the models. */
    List<Figure> measure(Lab lab, Path repository) throws IOException;
}
