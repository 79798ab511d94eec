package dev.tern.server.boot.options;

import java.util.List;

/**
 * What one source says about a setting.
 *
 * @param origin where, as error messages begin: a flag, a variable, or a file with line and key
 * @param texts the values; one, unless the setting is repeatable
 */
record Given(String origin, List<String> texts) {}
