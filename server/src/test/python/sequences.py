"""Sends sequences by calls and on a stream, and holds every answer against what the model alone would give.

usage: sequences.py PROTO_DIRECTORY DIRECTORY_FOR_GENERATED_CODE HOST:PORT

The server has the model counter, whose y is 31 times its state, and x; the state is the y before.
"""

import sys

import grpc
import numpy

import stubs

SEQUENCES = 100
LENGTH = 4


def require(holds, what):
    if not holds:
        sys.exit("not so: " + what)


def request(messages, sequence, place, text=False):
    made = messages.ModelInferRequest(model_name="counter", id="%d/%d" % (sequence, place))
    made.inputs.add(name="x", datatype="INT64", shape=[1, 1])
    made.raw_input_contents.append(numpy.array([[value(sequence, place)]], "<i8").tobytes())
    made.outputs.add(name="y")
    if text:
        made.parameters["sequence_id"].string_param = "session %d" % sequence
    else:
        made.parameters["sequence_id"].int64_param = sequence
    made.parameters["sequence_start"].bool_param = place == 0
    made.parameters["sequence_end"].bool_param = place == LENGTH - 1
    return made


def value(sequence, place):
    return 10 * sequence + place


def expected(sequence, place):
    state = 0
    for each in range(place + 1):
        state = 31 * state + value(sequence, each)
    return state


def interleaved(messages, text):
    return [
        (sequence, place, request(messages, sequence, place, text))
        for place in range(LENGTH)
        for sequence in range(1, SEQUENCES + 1)
    ]


def y(answer):
    (raw,) = answer.raw_output_contents
    return int(numpy.frombuffer(raw, "<i8")[0])


def check_calls(messages, stub):
    for sequence, place, asked in interleaved(messages, False):
        require(y(stub.ModelInfer(asked)) == expected(sequence, place), "calls of sequence %d" % sequence)


def check_stream(messages, stub):
    parts = interleaved(messages, True)
    answers = list(stub.ModelStreamInfer(iter([asked for _, _, asked in parts])))
    require(len(answers) == len(parts), "every request is answered")
    for (sequence, place, asked), answer in zip(parts, answers):
        require(answer.infer_response.id == asked.id, "answers come in order")
        require(y(answer.infer_response) == expected(sequence, place), "the stream's sequence %d" % sequence)


def check_refusal(messages, stub):
    try:
        stub.ModelInfer(request(messages, SEQUENCES + 1, 1))
        sys.exit("not so: a sequence needs a start")
    except grpc.RpcError as error:
        require(error.code() == grpc.StatusCode.INVALID_ARGUMENT, "a missing start is the caller's fault")
        require("must specify the START flag" in error.details(), "the error says what is missing: " + error.details())


def main(protos, generated, target):
    messages, services = stubs.generate(protos, generated)
    with grpc.insecure_channel(target) as channel:
        stub = services.GRPCInferenceServiceStub(channel)
        extensions = stub.ServerMetadata(messages.ServerMetadataRequest()).extensions
        require("sequence" in extensions, "the server says what it can")
        check_calls(messages, stub)
        check_stream(messages, stub)
        check_refusal(messages, stub)
    print("sequences are answered as each alone would be")


main(*sys.argv[1:])
