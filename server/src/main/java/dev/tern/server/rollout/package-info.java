/**
 * Guarded rollouts: the share of a model's requests that a candidate version gets grows step by step while a sequential
 * test finds the candidate no worse than the baseline, and goes back to zero when it does.
 *
 * <p>Told what becomes of requests, it says what share the candidate is to get; knows neither gRPC nor the repository nor
 * who splits the traffic. Outcomes come from whichever thread answers, without a lock; all else happens on the control
 * thread and in operators' calls, one at a time.
 */
@Station(name = "rollout", mayUse = "predict")
@NullMarked
package dev.tern.server.rollout;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
