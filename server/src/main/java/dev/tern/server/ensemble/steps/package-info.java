/** Models of Tern's own, without an ONNX file: what recommenders need of an ensemble's steps and ONNX makes awkward. */
@NullMarked
package dev.tern.server.ensemble.steps;

import org.jspecify.annotations.NullMarked;
