package dev.tern.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves routes over HTTP/1.1: GET and HEAD, keep-alive, small requests only.
 *
 * <p>One event loop for all ports. Opened and closed by one thread; routes run on the event loop.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 128;
    private static final int CLOSE_SECONDS = 2;

    private final IoEventLoopGroup loop;
    private final Class<? extends ServerSocketChannel> channelType;

    /** Ports and connections; one that is accepted while the others are closed is closed at once. */
    private final ChannelGroup channels;

    /**
     * A server without a port yet.
     *
     * @param threads makes the event loop's one thread, when the first port is opened
     */
    public HttpServer(ThreadFactory threads) {
        this(threads, Epoll.isAvailable());
    }

    HttpServer(ThreadFactory threads, boolean epoll) {
        loop = new MultiThreadIoEventLoopGroup(
                1, threads, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        channels = new DefaultChannelGroup(loop.next(), true);
        channelType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /**
     * Opens a port and serves {@code routes}, by path, on it.
     *
     * @param setting the flag that gave the port, for the error's text
     * @param port 0 for any free one
     * @return the port opened
     */
    public int open(String setting, String host, int port, Map<String, Route> routes) throws BindFailure {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new BindFailure(
                    setting,
                    port,
                    "on unknown host " + host,
                    "an address of this machine",
                    new UnknownHostException(host));
        }
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                // Each connection asks for one request at a time: see HttpHandler.
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new HttpInitializer(Map.copyOf(routes), channels))
                .bind(address)
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw failure(setting, host, port, cause);
        }
        channels.add(bound.channel());
        return port(bound.channel());
    }

    private static BindFailure failure(String setting, String host, int port, Throwable cause) {
        boolean inUse = String.valueOf(cause.getMessage()).contains("in use");
        return inUse
                ? new BindFailure(setting, port, "is in use on " + host, "a free port, or 0 for any", cause)
                : new BindFailure(
                        setting,
                        port,
                        "cannot be opened on " + host,
                        "a port this process may open on an address of this machine",
                        cause);
    }

    private static int port(Channel channel) {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Closes ports, connections and the event loop; waits for it, a few seconds at most. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        boolean closed = loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(2 * CLOSE_SECONDS, TimeUnit.SECONDS);
        if (!closed) {
            LOG.warn("HTTP did not close within {} s", 2 * CLOSE_SECONDS);
        }
    }
}
