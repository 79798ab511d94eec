package dev.tern.server.cache.redis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** All that loggers say, at every level, while this is open. */
final class LogRecords extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<Logger> loggers;

    private LogRecords(List<Logger> loggers) {
        this.loggers = loggers;
    }

    static LogRecords of(String... names) {
        LogRecords records = new LogRecords(Stream.of(names)
                .map(name -> (Logger) LoggerFactory.getLogger(name))
                .toList());
        records.start();
        records.loggers.forEach(logger -> {
            logger.setLevel(Level.DEBUG);
            logger.setAdditive(false);
            logger.addAppender(records);
        });
        return records;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String stack = event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
        texts.add(event.getFormattedMessage() + stack);
    }

    List<String> texts() {
        return texts;
    }

    @Override
    public void close() {
        loggers.forEach(logger -> {
            logger.setLevel(null);
            logger.setAdditive(true);
            logger.detachAppender(this);
        });
    }
}
