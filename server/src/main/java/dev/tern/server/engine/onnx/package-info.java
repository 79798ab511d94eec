/**
 * ONNX Runtime: sessions, their settings, and the trial that keeps a bad model from taking the server down.
 *
 * <p>The only package that may use {@code ai.onnxruntime}. Models are opened by loader threads, run by runners.
 */
@NullMarked
package dev.tern.server.engine.onnx;

import org.jspecify.annotations.NullMarked;
