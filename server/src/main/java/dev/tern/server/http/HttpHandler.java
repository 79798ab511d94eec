package dev.tern.server.http;

import static io.netty.handler.codec.http.HttpHeaderNames.ACCEPT;
import static io.netty.handler.codec.http.HttpHeaderNames.ALLOW;
import static io.netty.handler.codec.http.HttpHeaderNames.CACHE_CONTROL;
import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderValues.CLOSE;
import static io.netty.handler.codec.http.HttpHeaderValues.NO_CACHE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request at a time: the next is read when the answer is written, however fast a client sends. */
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);

    private final Map<String, Route> routes;

    /** Requests of one read that came behind another; their bodies have been released, unread. */
    private final Queue<FullHttpRequest> waiting = new ArrayDeque<>();

    private boolean answering;

    HttpHandler(Map<String, Route> routes) {
        this.routes = routes;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (answering) {
            waiting.add(request);
        } else {
            serve(context, request);
        }
    }

    // The bytes so far may be less than a request.
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!answering) {
            context.read();
        }
    }

    private void serve(ChannelHandlerContext context, FullHttpRequest request) {
        Throwable malformed = request.decoderResult().cause();
        if (malformed != null) {
            refuse(context, malformed);
            return;
        }
        Answer answer = answer(request);
        FullHttpResponse response = response(context, answer);
        if (answer.status() == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
            response.headers().set(ALLOW, "GET, HEAD");
        }
        answering = true;
        context.writeAndFlush(response).addListener(written -> next(context, written.isSuccess()));
    }

    private void next(ChannelHandlerContext context, boolean written) {
        answering = false;
        FullHttpRequest next = waiting.poll();
        if (!written) {
            waiting.clear();
        } else if (next != null) {
            serve(context, next);
        } else {
            context.read();
        }
    }

    private Answer answer(FullHttpRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return Answer.text(405, "only GET and HEAD are allowed");
        }
        Route route = routes.get(new QueryStringDecoder(request.uri()).rawPath());
        if (route == null) {
            return Answer.text(404, "not found");
        }
        try {
            return route.answer(request.headers().get(ACCEPT, ""));
        } catch (RuntimeException e) {
            LOG.error("HTTP {} failed", request.uri(), e);
            return Answer.text(500, "internal error");
        }
    }

    // What follows a malformed request cannot be told from its rest.
    private static void refuse(ChannelHandlerContext context, Throwable malformed) {
        FullHttpResponse response = response(context, refusal(malformed));
        response.headers().set(CONNECTION, CLOSE);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static Answer refusal(Throwable malformed) {
        if (malformed instanceof TooLongHttpLineException) {
            return Answer.text(414, "request line too long");
        }
        if (malformed instanceof TooLongHttpHeaderException) {
            return Answer.text(431, "request headers too large");
        }
        return Answer.text(400, "malformed request");
    }

    // The codec leaves the body of an answer to HEAD unwritten, and its length in place.
    private static FullHttpResponse response(ChannelHandlerContext context, Answer answer) {
        ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), answer.body());
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
        response.headers().set(CONTENT_TYPE, answer.contentType()).set(CACHE_CONTROL, NO_CACHE);
        HttpUtil.setContentLength(response, body.readableBytes());
        return response;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent) {
            var unused = context.close();
        }
        super.userEventTriggered(context, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("HTTP connection ended by its client", cause);
        } else {
            LOG.warn("HTTP connection closed after an error", cause);
        }
        var unused = context.close();
    }
}
