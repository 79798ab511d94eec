/**
 * Plots as inline SVG. Colours, and light or dark, are the page's; lines also differ in dashes and marks.
 *
 * <p>Pure code that knows nothing of load tests. Written here, since the libraries of the field draw with AWT, which headless JREs lack, and fix the colours.
 */
@NullMarked
package dev.tern.bench.plot;

import org.jspecify.annotations.NullMarked;
