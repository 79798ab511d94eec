package dev.tern.server.boot.process;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.tern.server.rpc.LogSettings.Timestamps;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** An event's time in the log's lines of text; made by logback, by name. Any thread. */
public final class LogTime extends ClassicConverter {
    private static final DateTimeFormatter ISO8601 = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX");
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("MMdd HH:mm:ss.SSSSSS");

    /** The process's, as its log is. */
    private static volatile Timestamps form = Timestamps.ISO8601;

    static Timestamps form() {
        return form;
    }

    static void write(Timestamps wanted) {
        form = wanted;
    }

    @Override
    public String convert(ILoggingEvent event) {
        DateTimeFormatter format = form == Timestamps.DEFAULT ? SHORT : ISO8601;
        return format.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(ZoneId.systemDefault()));
    }
}
