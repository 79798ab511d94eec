"""Sends the requests of cases.tsv with raw and with typed contents and on a stream, and compares every answer with the
one expected.

usage: datatypes.py PROTO_DIRECTORY DIRECTORY_FOR_GENERATED_CODE HOST:PORT CASES_DIRECTORY
"""

import os
import struct
import sys

import grpc
import numpy

import stubs

NUMPY = {
    "BOOL": "?",
    "UINT8": "<u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "INT8": "<i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "FP16": "<f2",
    "BF16": "<u2",  # numpy knows no BF16: its bits
    "FP32": "<f4",
    "FP64": "<f8",
}

# FP16 and BF16 exist in raw form only.
TYPED = {
    "BOOL": "bool_contents",
    "UINT8": "uint_contents",
    "UINT16": "uint_contents",
    "UINT32": "uint_contents",
    "UINT64": "uint64_contents",
    "INT8": "int_contents",
    "INT16": "int_contents",
    "INT32": "int_contents",
    "INT64": "int64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}


class Tensor:
    """One tensor of a case: name, datatype, shape, and its values as a numpy array."""

    def __init__(self, directory, field):
        self.role, self.name, self.datatype, dims, file = field.split(":")
        self.shape = [int(dim) for dim in dims.split(",")]
        with open(os.path.join(directory, file), "rb") as data:
            self.values = decode(self.datatype, self.shape, data.read())


def decode(datatype, shape, raw):
    if datatype != "BYTES":
        return numpy.frombuffer(raw, NUMPY[datatype]).reshape(shape)
    return numpy.array(stubs.elements(raw), dtype=object).reshape(shape)


def encode(values):
    if values.dtype == object:
        return b"".join(struct.pack("<I", len(each)) + each for each in values.flatten())
    return values.tobytes()


def request(messages, model, inputs, typed):
    made = messages.ModelInferRequest(model_name=model, id=model)
    for tensor in inputs:
        entry = made.inputs.add(name=tensor.name, datatype=tensor.datatype, shape=tensor.shape)
        if typed:
            getattr(entry.contents, TYPED[tensor.datatype]).extend(tensor.values.flatten().tolist())
        else:
            made.raw_input_contents.append(encode(tensor.values))
    return made


def problems(case, outputs, answer):
    if answer.id != case or len(answer.outputs) != len(outputs) or len(answer.raw_output_contents) != len(outputs):
        yield "id %s, %d outputs, %d raw" % (answer.id, len(answer.outputs), len(answer.raw_output_contents))
        return
    expected = {tensor.name: tensor for tensor in outputs}
    for entry, raw in zip(answer.outputs, answer.raw_output_contents):
        tensor = expected[entry.name]
        if entry.datatype != tensor.datatype or list(entry.shape) != tensor.shape:
            yield "%s is %s %s, expected %s %s" % (
                entry.name, entry.datatype, list(entry.shape), tensor.datatype, tensor.shape)
        elif raw != encode(tensor.values):
            yield "%s is %s, expected %s" % (entry.name, decode(entry.datatype, list(entry.shape), raw), tensor.values)


def streamed(messages, stub, made):
    """Sends every request once more, all on one stream with one that fails among them; gives the answers to the others."""
    unknown = messages.ModelInferRequest(model_name="nobody", id="nobody")
    half = len(made) // 2
    answers = list(stub.ModelStreamInfer(iter(made[:half] + [unknown] + made[half:]), timeout=60))
    if len(answers) != len(made) + 1:
        sys.exit("the stream has %d answers" % len(answers))
    for place, answer in enumerate(answers):
        if not answer.infer_response.parameters["triton_final_response"].bool_param:
            sys.exit("answer %d is not the last to its request" % place)
    refused = answers.pop(half)
    if "nobody" not in refused.error_message or refused.infer_response.id != "nobody":
        sys.exit("the request that fails is answered %s" % refused)
    return [answer.infer_response for answer in answers]


def first_failure(messages, stub):
    """The status with which a stream ends that asks for it."""
    unknown = messages.ModelInferRequest(model_name="nobody")
    try:
        list(stub.ModelStreamInfer(iter([unknown]), metadata=[("triton_grpc_error", "true")], timeout=20))
    except grpc.RpcError as error:
        return error.code()
    return None


def main(protos, generated, target, directory):
    messages, services = stubs.generate(protos, generated)
    stub = services.GRPCInferenceServiceStub(grpc.insecure_channel(target))
    if not stub.ServerReady(messages.ServerReadyRequest()).ready:
        sys.exit("the server is not ready")
    sent = {False: 0, True: 0}
    wrong = 0
    raw = []
    with open(os.path.join(directory, "cases.tsv"), encoding="utf-8") as cases:
        lines = cases.read().splitlines()
    for line in lines:
        model, *fields = line.split("\t")
        tensors = [Tensor(directory, field) for field in fields]
        inputs = [tensor for tensor in tensors if tensor.role == "in"]
        outputs = [tensor for tensor in tensors if tensor.role == "out"]
        for typed in (False, True):
            if typed and not all(tensor.datatype in TYPED for tensor in inputs):
                continue
            sent[typed] += 1
            made = request(messages, model, inputs, typed)
            if not typed:
                raw.append((model, made, outputs))
            answer = stub.ModelInfer(made, timeout=20)
            for problem in problems(model, outputs, answer):
                wrong += 1
                print("%s, %s contents: %s" % (model, "typed" if typed else "raw", problem))
    for (model, _, outputs), answer in zip(raw, streamed(messages, stub, [made for _, made, _ in raw])):
        for problem in problems(model, outputs, answer):
            wrong += 1
            print("%s, on a stream: %s" % (model, problem))
    if first_failure(messages, stub) != grpc.StatusCode.NOT_FOUND:
        sys.exit("a stream that asks for it does not end with the status of its first failure")
    if wrong or not lines:
        sys.exit("%d answers are wrong" % wrong)
    print("%d requests with raw contents, each answered rightly" % sent[False])
    print("%d requests with typed contents, each answered rightly" % sent[True])
    print("%d requests on a stream, each answered rightly" % len(raw))


main(*sys.argv[1:])
