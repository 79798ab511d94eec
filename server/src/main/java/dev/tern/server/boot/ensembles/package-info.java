/**
 * Between ensembles and the models of their steps: which version answers a step, and who is told what became of it.
 */
@NullMarked
package dev.tern.server.boot.ensembles;

import org.jspecify.annotations.NullMarked;
