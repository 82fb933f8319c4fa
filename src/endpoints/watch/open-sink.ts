import { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { FrameSink } from '../../dispatch/frame-sink.ts';
import type { ApiRequest } from '../api-request.ts';
import { deadSink } from './dead-sink.ts';
import { GzipSink } from './gzip-sink.ts';
import { Http1Sink } from './http1-sink.ts';
import { Http2Sink } from './http2-sink.ts';
import type { SinkEvents } from './sink-events.ts';

/** How a watch's stream looks beside its frames. */
export interface StreamOptions {
  readonly contentType: string;
  readonly gzip: boolean;
  readonly bufferBytes: number;
}

/** Sends the head of a watch at once and gives the sink for its body. The response is the sink's from here on. */
export function openSink(
  request: ApiRequest,
  outgoing: ServerResponse | Http2ServerResponse,
  events: SinkEvents,
  { contentType, gzip, bufferBytes }: StreamOptions,
): FrameSink {
  const headers: Record<string, string> = { 'Content-Type': contentType };
  if (gzip) Object.assign(headers, { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
  const open = (to: SinkEvents) =>
    outgoing instanceof ServerResponse
      ? openHttp1(request, outgoing, to, headers, bufferBytes)
      : openHttp2(request, outgoing, to, headers, bufferBytes);
  return gzip ? new GzipSink(events, open) : open(events);
}

function openHttp1(
  request: ApiRequest,
  response: ServerResponse,
  events: SinkEvents,
  headers: Readonly<Record<string, string>>,
  bufferBytes: number,
): FrameSink {
  if (response.req.socket.destroyed) return deadSink(events);
  // HTTP/1.0 knows no chunks: the end of the connection is the end of the body.
  const chunked = response.req.httpVersion !== '1.0';
  response.writeHead(200, request.answerHeaders(chunked ? { ...headers, 'Transfer-Encoding': 'chunked' } : headers));
  response.flushHeaders();
  // Events are small and must not wait for each other.
  response.socket?.setNoDelay(true);
  return new Http1Sink(response, events, bufferBytes, chunked);
}

function openHttp2(
  request: ApiRequest,
  response: Http2ServerResponse,
  events: SinkEvents,
  headers: Readonly<Record<string, string>>,
  bufferBytes: number,
): FrameSink {
  if (response.stream.destroyed) return deadSink(events);
  response.writeHead(200, request.answerHeaders(headers));
  return new Http2Sink(response.stream, events, bufferBytes);
}
