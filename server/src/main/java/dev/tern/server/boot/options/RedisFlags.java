package dev.tern.server.boot.options;

import static dev.tern.server.boot.options.Group.REDIS;

import dev.tern.server.cache.redis.RedisAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings of the response cache's second level, as {@link Settings} has the others. */
final class RedisFlags {
    private static final String PREFIX_CHARACTERS = "[A-Za-z0-9_.:-]{1,64}";

    /** Text, as a message about it must not show a password that somebody has put there. */
    static final Setting<String> ADDRESS = Setting.open(
            REDIS,
            "redis",
            "ADDRESS",
            ValueTypes.text(),
            "none",
            "Keep answers in this Redis, too: " + RedisAddress.FORM + ".");

    static final Setting<String> USERNAME =
            Setting.open(REDIS, "redis-username", "NAME", ValueTypes.text(), "Redis' default user", "User of Redis.");
    static final Setting<Path> PASSWORD_FILE = Setting.open(
            REDIS,
            "redis-password-file",
            "FILE",
            ValueTypes.path(),
            "no password",
            "File whose first line is the password.");
    static final Setting<Path> CA_FILE = Setting.open(
            REDIS,
            "redis-ca-file",
            "FILE",
            ValueTypes.path(),
            "whom the JVM trusts",
            "Certificates, in PEM form, of who may vouch for Redis.");
    static final Setting<Path> CERT_FILE = Setting.open(
            REDIS,
            "redis-cert-file",
            "FILE",
            ValueTypes.path(),
            "none",
            "This server's certificate, in PEM form, for a Redis that wants one.");
    static final Setting<Path> KEY_FILE = Setting.open(
            REDIS,
            "redis-key-file",
            "FILE",
            ValueTypes.path(),
            "none",
            "Its key, in PEM form: PKCS #8, not encrypted.");
    static final Setting<String> PREFIX = Setting.of(
            REDIS,
            "redis-prefix",
            "TEXT",
            ValueType.of(
                    "1 to 64 letters, digits and _ . : -",
                    text -> Optional.of(text).filter(it -> it.matches(PREFIX_CHARACTERS))),
            "tern:",
            "What the keys in Redis begin with.");
    static final Setting<Integer> MAX_VALUE_SIZE = Setting.of(
            REDIS,
            "redis-max-value-size",
            "SIZE",
            ValueTypes.size(1_024),
            "1MiB",
            "Larger answers are not kept in Redis.");
    static final Setting<OptionalInt> COMPRESS_ABOVE = Setting.of(
            REDIS,
            "redis-compress-above",
            "SIZE|off",
            sizeOrOff(),
            "off",
            "Compress answers from this size on, where it makes them smaller.");

    static final Setting<Boolean> TRACKING = Setting.of(
            REDIS,
            "redis-tracking",
            "BOOL",
            ValueTypes.bool(),
            "false",
            "Have Redis tell when an answer in it goes, and forget it in memory, too.");

    static final List<Setting<?>> ALL = List.of(
            ADDRESS,
            USERNAME,
            PASSWORD_FILE,
            CA_FILE,
            CERT_FILE,
            KEY_FILE,
            PREFIX,
            MAX_VALUE_SIZE,
            COMPRESS_ABOVE,
            TRACKING);

    /** Those that mean something of their own. */
    static final List<Setting<?>> NEED_ADDRESS = List.of(USERNAME, PASSWORD_FILE, CA_FILE, CERT_FILE, KEY_FILE);

    private RedisFlags() {}

    private static ValueType<OptionalInt> sizeOrOff() {
        ValueType<Integer> size = ValueTypes.size(0);
        return ValueType.of(
                size.expected() + ", or off",
                text -> text.equalsIgnoreCase("off")
                        ? Optional.of(OptionalInt.empty())
                        : size.parser().apply(text).map(OptionalInt::of));
    }
}
