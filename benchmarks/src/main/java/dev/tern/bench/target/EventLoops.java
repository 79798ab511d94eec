package dev.tern.bench.target;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;

/**
 * The generator's event loops: epoll where its library loads, else the JDK's selector.
 *
 * @param threads those that were started, each at its first task
 */
record EventLoops(EventLoopGroup group, Class<? extends Channel> channelType, List<LoopThread> threads) {
    static EventLoops of(int number) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        List<LoopThread> threads = new CopyOnWriteArrayList<>();
        ThreadFactory usual = new DefaultThreadFactory("tern-bench-loop", true);
        ThreadFactory listed = task -> usual.newThread(() -> {
            threads.add(LoopThread.current());
            task.run();
        });
        return new EventLoops(
                new MultiThreadIoEventLoopGroup(number, listed, handlers),
                epoll ? EpollSocketChannel.class : NioSocketChannel.class,
                threads);
    }

    /** The time that each thread had something to do, in nanoseconds; 0 where the JVM cannot tell. */
    List<Long> busyNanos() {
        return threads.stream().map(LoopThread::busyNanos).toList();
    }
}
