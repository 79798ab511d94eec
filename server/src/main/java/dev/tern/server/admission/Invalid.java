package dev.tern.server.admission;

/** What is wrong with a request; carries its wording to the one place that answers it. Without a stack: it is no defect. */
final class Invalid extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean namesRequest;

    private Invalid(String message, boolean namesRequest) {
        super(message, null, false, false);
        this.namesRequest = namesRequest;
    }

    /** A finding that Triton leads with the request's id. */
    static Invalid withId(String message) {
        return new Invalid(message, true);
    }

    /** A finding that Triton words without the request's id. */
    static Invalid withoutId(String message) {
        return new Invalid(message, false);
    }

    boolean namesRequest() {
        return namesRequest;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
