package dev.tern.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A package's place on the way of a request, and the law of its imports.
 *
 * <p>Written on every package directly below this one, for itself and the packages inside it; ArchitectureTest fails
 * the build on an import that is not declared here.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.PACKAGE)
public @interface Station {
    /** The package's short name, the one other stations use in {@link #mayUse}. */
    String name();

    /** The stations this package may import. */
    String[] mayUse() default {};
}
