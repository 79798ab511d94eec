"""Writes a PyTorch module as a checked ONNX file."""

import onnx
import torch

_OPSET = 17


def export(module, arguments, path, inputs, output, dynamic_axes):
    """Exports `module`, called with the example `arguments`, to `path`, with its axes named by `dynamic_axes`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    module.eval()
    torch.onnx.export(
        module,
        arguments,
        str(path),
        opset_version=_OPSET,
        input_names=inputs,
        output_names=[output],
        dynamic_axes=dynamic_axes,
    )
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)
