package dev.tern.bench.floor;

import io.grpc.Drainable;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** gRPC and nothing else: each unary call is answered with a constant, its request left unread. */
final class EchoServer extends HandlerRegistry implements MethodDescriptor.Marshaller<byte[]> {
    private static final int WINDOW = 8 << 20;
    private static final byte[] UNREAD = {};

    private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();

    /** Arguments: how many event loops to use, the service's name, and pairs of a method and a file with its answer. */
    public static void main(String[] arguments) throws IOException {
        EchoServer methods = new EchoServer();
        List<String> answers = List.of(arguments).subList(2, arguments.length);
        for (int i = 0; i < answers.size(); i += 2) {
            methods.answer(arguments[1] + "/" + answers.get(i), Files.readAllBytes(Path.of(answers.get(i + 1))));
        }
        int loops = Integer.parseInt(arguments[0]);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(loops, EpollIoHandler.newFactory());
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .channelType(EpollServerSocketChannel.class)
                .withChildOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .directExecutor()
                .flowControlWindow(WINDOW)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .fallbackHandlerRegistry(methods)
                .build()
                .start();
        System.out.println(server.getPort() + " gRPC echo, requests unread: event loops " + loops
                + ", epoll, direct executor, window " + WINDOW + " bytes, Netty's pooled allocator");
        while (System.in.read() >= 0) {
            // The end of standard input is the end of this program.
        }
        System.exit(0);
    }

    private void answer(String method, byte[] answer) {
        MethodDescriptor<byte[], byte[]> unary = MethodDescriptor.newBuilder(this, this)
                .setType(MethodType.UNARY)
                .setFullMethodName(method)
                .build();
        methods.put(method, ServerMethodDefinition.create(unary, ServerCalls.asyncUnaryCall((request, observer) -> {
            observer.onNext(answer);
            observer.onCompleted();
        })));
    }

    @Override
    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
        return methods.get(method);
    }

    @Override
    public byte[] parse(InputStream request) {
        return UNREAD;
    }

    @Override
    public InputStream stream(byte[] answer) {
        return new Answer(answer);
    }

    /** Of a length that gRPC knows, and written in one piece. */
    private static final class Answer extends ByteArrayInputStream implements Drainable {
        Answer(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            target.write(buf);
            return buf.length;
        }
    }
}
