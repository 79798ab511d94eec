package dev.tern.bench.startup;

/** Whether servers are started with an archive of classes: the class archive of a JDK up to 24, the AOT cache of one from 25 on. */
public enum Archive {
    /** As the launcher finds it. */
    FOUND("start"),
    /** With it, or not at all. */
    ON("start, archive on"),
    /** Without; the JVM's own default archive stays in use. */
    OFF("start, archive off");

    private final String label;

    Archive(String label) {
        this.label = label;
    }

    /** For tables. */
    String label() {
        return label;
    }
}
