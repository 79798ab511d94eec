package dev.tern.bench.run;

import dev.tern.bench.load.Stage;
import dev.tern.bench.measure.Measurement;

/**
 * What a run found in one part of its time.
 *
 * @param stage the rates that were asked for in it
 * @param measurement the figures of the requests that were to be sent in it
 */
public record StepResult(Stage stage, Measurement measurement) {}
