package dev.tern.server.boot.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.tern.server.rpc.LogControl;
import dev.tern.server.rpc.LogSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Changes what the process logs while it runs. Until it is told to, the log is as it was set up; closed, it is so again. Any
 * thread.
 *
 * <p>Details are of the server's own classes only: those of its libraries stay as they were set up.
 */
public final class LogSwitch implements LogControl, AutoCloseable {
    private static final String OWN = "dev.tern.";

    private final boolean choosesTimestamps;
    private final Filter filter = new Filter();
    private volatile LogSettings settings;

    /**
     * @param level what is logged at first: trace, debug, info, warn or error
     * @param format text or json
     */
    public LogSwitch(String level, String format) {
        Level least = Level.toLevel(level);
        this.settings = new LogSettings(
                Level.INFO.isGreaterOrEqual(least),
                Level.WARN.isGreaterOrEqual(least),
                Level.ERROR.isGreaterOrEqual(least),
                least == Level.TRACE ? 2 : least == Level.DEBUG ? 1 : 0,
                LogSettings.Timestamps.ISO8601);
        this.choosesTimestamps = format.equals("text");
        ILoggerFactory loggers = LoggerFactory.getILoggerFactory();
        if (loggers instanceof LoggerContext context) {
            context.addTurboFilter(filter);
        }
    }

    @Override
    public LogSettings settings() {
        return settings;
    }

    @Override
    public void change(LogSettings wanted) {
        settings = wanted;
        LogTime.write(wanted.timestamps());
        filter.inForce = wanted;
    }

    @Override
    public boolean hasTimestampsToChoose() {
        return choosesTimestamps;
    }

    @Override
    public void close() {
        filter.inForce = null;
        LogTime.write(LogSettings.Timestamps.ISO8601);
        ILoggerFactory loggers = LoggerFactory.getILoggerFactory();
        if (loggers instanceof LoggerContext context) {
            context.getTurboFilterList().remove(filter);
        }
    }

    /** Asked before each event is made. */
    private static final class Filter extends TurboFilter {
        volatile @Nullable LogSettings inForce;

        @Override
        public FilterReply decide(
                @Nullable Marker marker,
                Logger logger,
                Level level,
                @Nullable String format,
                Object @Nullable [] parameters,
                @Nullable Throwable thrown) {
            LogSettings wanted = inForce;
            if (wanted == null) {
                return FilterReply.NEUTRAL;
            }
            boolean shown = isShown(wanted, level);
            if (logger.getName().startsWith(OWN)) {
                return shown ? FilterReply.ACCEPT : FilterReply.DENY;
            }
            boolean isDetail = level.levelInt < Level.INFO_INT;
            return shown || isDetail ? FilterReply.NEUTRAL : FilterReply.DENY;
        }

        private static boolean isShown(LogSettings wanted, Level level) {
            return switch (level.levelInt) {
                case Level.ERROR_INT -> wanted.error();
                case Level.WARN_INT -> wanted.warning();
                case Level.INFO_INT -> wanted.info();
                case Level.DEBUG_INT -> wanted.verboseLevel() != 0;
                default -> Integer.compareUnsigned(wanted.verboseLevel(), 2) >= 0;
            };
        }
    }
}
