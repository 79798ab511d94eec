package dev.tern.server.testing;

import static dev.tern.proto.onnx.TensorProto.DataType.INT64;
import static dev.tern.proto.onnx.TensorProto.DataType.STRING;
import static dev.tern.proto.onnx.TensorProto.DataType.UINT8;
import static dev.tern.server.testing.OnnxGraph.attribute;

import java.util.List;

/** Models with operators of onnxruntime-extensions, as the bytes of a .onnx file. */
public final class TextModels {
    private static final String DOMAIN = "ai.onnx.contrib";
    private static final String IMAGE_DOMAIN = "com.microsoft.extensions";

    private TextModels() {}

    /** {@code text [batch,1] -> length [batch,1]}: how many characters a text has. */
    public static byte[] length() {
        return OnnxGraph.named("length")
                .domain(DOMAIN, 1)
                .input("text", STRING, "batch", 1)
                .output("length", INT64, "batch", 1)
                .node(DOMAIN, "StringLength", List.of("text"), List.of("length"))
                .bytes();
    }

    /** {@code image [bytes] -> pixels [height,width,3]}: what a PNG or JPEG shows, blue before green before red. */
    public static byte[] decodeImage() {
        return OnnxGraph.named("decode_image")
                .domain(IMAGE_DOMAIN, 1)
                .input("image", UINT8, "bytes")
                .output("pixels", UINT8, "height", "width", 3)
                .node(IMAGE_DOMAIN, "DecodeImage", List.of("image"), List.of("pixels"))
                .bytes();
    }

    /** {@code text [1] -> ids [tokens]}: the numbers of its tokens in {@code vocabulary}, of which the first is 0. */
    public static byte[] bertTokenizer(String... vocabulary) {
        return OnnxGraph.named("bert_tokenizer")
                .domain(DOMAIN, 1)
                .input("text", STRING, 1)
                .output("ids", INT64, "tokens")
                .node(
                        DOMAIN,
                        "BertTokenizer",
                        List.of("text"),
                        List.of("ids", "types", "mask"),
                        attribute("vocab_file", String.join("\n", vocabulary)),
                        attribute("do_lower_case", 1))
                .bytes();
    }
}
