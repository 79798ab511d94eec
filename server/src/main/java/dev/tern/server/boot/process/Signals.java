package dev.tern.server.boot.process;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * SIGTERM and SIGINT, told to us instead of ending the JVM. A shutdown hook would not do: the JVM runs all hooks at
 * once, and ONNX Runtime has one that frees its environment, which requests in flight still need.
 *
 * <p>By reflection: the JDK's signal class is supported but marked as internal, which the compiler warns of.
 */
public final class Signals implements AutoCloseable {
    private static final List<String> NAMES = List.of("TERM", "INT");

    /** The signals taken, and who had them before; in the order of {@link #NAMES}. */
    private final List<Object> former = new ArrayList<>();

    private Signals() {}

    /** Runs {@code action}, which must be short, at every such signal until closed. */
    public static Signals on(Runnable action) {
        Class<?> handlerType = type("sun.misc.SignalHandler");
        InvocationHandler calls = (proxy, method, arguments) -> {
            action.run();
            return null;
        };
        Object handler = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType}, calls);
        Signals signals = new Signals();
        for (String name : NAMES) {
            signals.former.add(handle(name, handler));
        }
        return signals;
    }

    private static Object handle(String name, Object handler) {
        Class<?> signalType = type("sun.misc.Signal");
        try {
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            return signalType
                    .getMethod("handle", signalType, type("sun.misc.SignalHandler"))
                    .invoke(null, signal, handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be handled; is the JVM started with -Xrs?", e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("this JVM does not tell of signals", e);
        }
    }

    /** Gives the signals back to those who had them. */
    @Override
    public void close() {
        for (int i = 0; i < former.size(); i++) {
            Object unused = handle(NAMES.get(i), former.get(i));
        }
    }
}
