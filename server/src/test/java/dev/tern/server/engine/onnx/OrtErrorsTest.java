package dev.tern.server.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrtErrorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Error code - ORT_FAIL - message: Fatal error: com.example:Op(-1) is not a registered function/op"
                        + " | Fatal error: com.example:Op(-1) is not a registered function/op",
                "Error code - ORT_INVALID_PROTOBUF - message: Load model from /models/a b/1/model.onnx failed:Protobuf"
                        + " parsing failed. | Protobuf parsing failed.",
                "Error code - ORT_FAIL - message: Load model from /m.onnx failed:/onnxruntime_src/core/graph/utils.h:46"
                        + " void onnxruntime::Validate(const std::unordered_map<std::__cxx11::basic_string<char>, int>&,"
                        + " bool) ONNX Runtime only *guarantees* (so far) opset 26. "
                        + "| ONNX Runtime only *guarantees* (so far) opset 26.",
                "Non-zero status code returned while running Reshape node. Name:'R' Status Message:"
                        + " /onnxruntime_src/core/reshape_helper.h:55 onnxruntime::ReshapeHelper::ReshapeHelper(const"
                        + " Shape&, std::function<void(int)>) const input_shape_size == size was false. "
                        + "| Non-zero status code returned while running Reshape node. Name:'R' Status Message:"
                        + " input_shape_size == size was false.",
                "Error: tensorprotoutils.cc:426 ValidateExternalDataPathFromDir Absolute path not allowed "
                        + "| Error: Absolute path not allowed",
                "/onnxruntime_src/a.cc:1 T f(X) [with T = int; X = g()] it failed | it failed",
                "/onnxruntime_src/a.cc:1 no signature here | no signature here",
                "Exception: [ONNXRuntimeError] : 1 : FAIL : External initializer: w | Exception: External initializer: w",
                "nothing to clean | nothing to clean"
            })
    void keepsWhatAnOperatorCanUse(String text, String expected) {
        assertThat(OrtErrors.clean(text)).isEqualTo(expected);
    }
}
