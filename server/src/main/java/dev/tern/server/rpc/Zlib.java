package dev.tern.server.rpc;

import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * The two message encodings that every gRPC client knows: gzip, and deflate, which is zlib's own format (RFC 1950) and which
 * grpc-java does not bring. Streams free zlib's memory when they are closed.
 */
enum Zlib {
    GZIP("gzip") {
        @Override
        OutputStream compressing(OutputStream to, int level) throws IOException {
            return new GZIPOutputStream(to) {
                {
                    def.setLevel(level);
                }
            };
        }

        @Override
        InputStream decompressing(InputStream from) throws IOException {
            return new GZIPInputStream(from);
        }
    },
    DEFLATE("deflate") {
        @Override
        OutputStream compressing(OutputStream to, int level) {
            return new DeflaterOutputStream(to) {
                {
                    def.setLevel(level);
                }
            };
        }

        @Override
        InputStream decompressing(InputStream from) {
            return new InflaterInputStream(from);
        }
    };

    private final String encoding;

    Zlib(String encoding) {
        this.encoding = encoding;
    }

    abstract OutputStream compressing(OutputStream to, int level) throws IOException;

    abstract InputStream decompressing(InputStream from) throws IOException;

    /** As gRPC spells it. */
    String encoding() {
        return encoding;
    }

    /** What answers can be compressed with. */
    static CompressorRegistry compressors(CompressionLevel level) {
        CompressorRegistry registry = CompressorRegistry.newEmptyInstance();
        for (Zlib each : values()) {
            registry.register(new AtLevel(each, level.ofZlib()));
        }
        return registry;
    }

    /** What requests may be compressed with; clients are told so. */
    static DecompressorRegistry decompressors() {
        DecompressorRegistry registry = DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);
        for (Zlib each : values()) {
            registry = registry.with(new AtLevel(each, 0), true);
        }
        return registry;
    }

    private record AtLevel(Zlib format, int level) implements Codec {
        @Override
        public String getMessageEncoding() {
            return format.encoding();
        }

        @Override
        public OutputStream compress(OutputStream to) throws IOException {
            return format.compressing(to, level);
        }

        @Override
        public InputStream decompress(InputStream from) throws IOException {
            return format.decompressing(from);
        }
    }
}
