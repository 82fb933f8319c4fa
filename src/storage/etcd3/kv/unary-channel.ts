import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2';
import { status } from '@grpc/grpc-js';
import type { Clock } from '../../../base/clock.ts';
import type { EtcdTls } from '../options.ts';

/** A call without an answer. The message begins as grpc-js's does: `14 UNAVAILABLE: `. */
export class CallError extends Error {
  override readonly name = 'CallError';
  /** gRPC's. */
  readonly code: number;

  constructor(code: number, details: string) {
    super(`${code} ${status[code] ?? 'UNKNOWN'}: ${details}`);
    this.code = code;
  }
}

export interface CallOptions {
  /** Sent as metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  /** After which the call is given up, here and by the server. */
  readonly timeoutMs: number;
}

/** A connection on which nothing has come of a call in time must answer a ping within this, or is given up. */
const pingTimeoutMs = 5_000;

/** 64 KiB, the default, is one round trip per 64 KiB of a list. */
const windowBytes = 4 * 1024 * 1024;

/**
 * gRPC's unary calls to one server, on one HTTP/2 connection that is made when it is needed and made anew when it was
 * lost. It does nothing else of gRPC: no retries, no balancing, no compression. grpc-js, which does, takes three times
 * the CPU for a call; the calls that make up nearly all of a store's work go this way.
 *
 * A call is sent at most once. `No connection established` in its error means that it never left this process.
 */
export class UnaryChannel {
  readonly #url: string;
  readonly #options: SecureClientSessionOptions;
  readonly #clock: Clock;
  #session: ClientHttp2Session | undefined;
  #pinging = false;
  #closed = false;

  /** Opens nothing yet. */
  constructor(url: string, tls: EtcdTls | undefined, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
    this.#options = {
      ...tls,
      settings: { enablePush: false, initialWindowSize: windowBytes },
      // What is in memory is bounded by who calls: here it would only make calls fail.
      maxSessionMemory: Number.MAX_SAFE_INTEGER,
    };
  }

  /**
   * Sends a message that has its gRPC prefix; resolves to the answer's without it.
   * @throws {CallError}
   */
  call(path: string, message: Buffer, { metadata, timeoutMs }: CallOptions): Promise<Buffer> {
    if (this.#closed) return Promise.reject(new CallError(status.UNAVAILABLE, 'Channel has been shut down'));
    return new Promise((resolve, reject) => {
      const session = this.#connected();
      const stream = session.request({
        ...metadata,
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        'grpc-timeout': `${timeoutMs}m`,
        te: 'trailers',
      });
      const call = new Call(stream);
      const stopTimer = this.#clock.after(timeoutMs, () => {
        call.giveUp(new CallError(status.DEADLINE_EXCEEDED, `no answer within ${timeoutMs} ms`));
        this.#check(session);
      });
      call.onEnd = (error, answer) => {
        stopTimer();
        if (error === undefined) resolve(answer);
        else reject(error);
      };
      stream.end(message);
    });
  }

  /** Idempotent. Calls under way fail. */
  close(): void {
    this.#closed = true;
    this.#session?.destroy();
  }

  #connected(): ClientHttp2Session {
    const present = this.#session;
    if (present !== undefined && !present.closed && !present.destroyed) return present;
    const session = connect(this.#url, this.#options);
    // Its streams tell their callers.
    session.on('error', () => {});
    session.once('connect', () => session.setLocalWindowSize(windowBytes));
    this.#session = session;
    return session;
  }

  /** A call has had no answer in time. A server that is slow answers a ping all the same; one that has vanished does not. */
  #check(session: ClientHttp2Session): void {
    if (session.connecting) session.destroy();
    if (this.#pinging || session.destroyed) return;
    this.#pinging = true;
    const stopTimer = this.#clock.after(pingTimeoutMs, () => session.destroy());
    session.ping(() => {
      this.#pinging = false;
      stopTimer();
    });
  }
}

/** One call on its stream. */
class Call {
  onEnd: (error: CallError | undefined, answer: Buffer) => void = () => {};
  readonly #stream: ClientHttp2Stream;
  readonly #chunks: Buffer[] = [];
  #httpStatus = 0;
  #code: number | undefined;
  #details = '';
  #cause: Error | undefined;
  #ended = false;

  constructor(stream: ClientHttp2Stream) {
    this.#stream = stream;
    const readStatus = (headers: IncomingHttpHeaders) => this.#readStatus(headers);
    stream.on('response', (headers) => {
      this.#httpStatus = headers[':status'] ?? 0;
      readStatus(headers);
    });
    stream.on('trailers', readStatus);
    stream.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    stream.on('end', () => {
      if (this.#code !== undefined) this.#finish();
    });
    stream.on('error', (error) => {
      this.#cause = error;
    });
    stream.on('close', () => this.#finish());
  }

  giveUp(error: CallError): void {
    this.#end(error, nothing);
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  #readStatus(headers: IncomingHttpHeaders): void {
    const code = headers['grpc-status'];
    if (typeof code !== 'string') return;
    this.#code = Number(code);
    this.#details = decoded(String(headers['grpc-message'] ?? ''));
  }

  #finish(): void {
    if (this.#ended) return;
    if (this.#code === undefined) this.#end(this.#lost(), nothing);
    else if (this.#code !== ok) this.#end(new CallError(this.#code, this.#details), nothing);
    else this.#answer();
  }

  #answer(): void {
    const [first = nothing] = this.#chunks;
    const bytes = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    const whole = bytes.length >= 5 && bytes[0] === 0 && bytes.readUInt32BE(1) === bytes.length - 5;
    if (whole) this.#end(undefined, bytes.subarray(5));
    else this.#end(new CallError(status.INTERNAL, `an answer of ${bytes.length} bytes is not one message`), nothing);
  }

  /** The stream is over, and nobody said how the call went. */
  #lost(): CallError {
    const why = causeOf(this.#cause);
    // Without a number the stream has never been begun.
    if (this.#stream.id === undefined) {
      return new CallError(status.UNAVAILABLE, `No connection established. Last error: ${why}`);
    }
    if (this.#httpStatus !== 0 && this.#httpStatus !== constants.HTTP_STATUS_OK) {
      return new CallError(statusOfHttp[this.#httpStatus] ?? status.UNKNOWN, `HTTP status ${this.#httpStatus}`);
    }
    return new CallError(status.UNAVAILABLE, `Connection dropped: ${why}`);
  }

  #end(error: CallError | undefined, answer: Buffer): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd(error, answer);
  }
}

const ok: number = status.OK;
const nothing = Buffer.alloc(0);

/** What a proxy in the way may say: gRPC's own table. */
const statusOfHttp: Readonly<Record<number, number>> = {
  400: status.INTERNAL,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.UNIMPLEMENTED,
  429: status.UNAVAILABLE,
  502: status.UNAVAILABLE,
  503: status.UNAVAILABLE,
  504: status.UNAVAILABLE,
};

/** Node wraps what went wrong with a connection once for each of its streams. */
function causeOf(error: Error | undefined): string {
  if (error === undefined) return 'the stream was closed';
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Percent-encoded UTF-8; what is not is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
