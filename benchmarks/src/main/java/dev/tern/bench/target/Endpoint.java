package dev.tern.bench.target;

/** One connection to the server under test. All methods are thread-safe and none blocks. */
public interface Endpoint {
    /**
     * Sends one request and returns at once.
     *
     * @param request an encoded ModelInferRequest; not changed, not copied, may be sent any number of times
     * @param completion called exactly once, on an event loop or, where the call fails at once, on this thread
     */
    void send(byte[] request, Completion completion);

    /** Whether the connection is up at this moment. */
    boolean isUp();

    /** Runs a task on the connection's event loop after a short pause, long enough not to burn a core on a dead server. */
    void afterPause(Runnable task);

    /** Is told how a request ended. */
    interface Completion {
        /**
         * The request was answered.
         *
         * @param answer the encoded ModelInferResponse; empty where answers are not kept
         */
        void answered(byte[] answer);

        /**
         * The request failed.
         *
         * @param code the gRPC status code's name
         * @param message the status message; may be empty
         */
        void failed(String code, String message);
    }
}
