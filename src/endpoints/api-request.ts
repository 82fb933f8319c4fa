import type { RequestContext } from '../machinery/request-context.ts';
import type { Bindings } from './bindings.ts';
import type { RequestInfo } from './request-info.ts';
import type { RequestLine } from './request-line.ts';
import { warningHeader } from './response/warning-header.ts';

export interface ApiRequestInit {
  readonly raw: Request;
  readonly line: RequestLine;
  readonly bindings: Bindings;
  readonly info: RequestInfo;
  readonly context: RequestContext;
  /** Aborted when the server drains. */
  readonly shutdown: AbortSignal;
}

/** Headers of one answer. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** One request on its way through the filters to its handler: what HTTP knows of it, around what everybody below needs. */
export class ApiRequest {
  /** Its headers, and its body in a call without a server. What is asked for is in `line`. */
  readonly raw: Request;
  readonly line: RequestLine;
  readonly bindings: Bindings;
  readonly info: RequestInfo;
  /** Filters that learn more put a narrowed one in its place. */
  context: RequestContext;
  readonly #shutdown: AbortSignal;

  constructor(init: ApiRequestInit) {
    this.raw = init.raw;
    this.line = init.line;
    this.bindings = init.bindings;
    this.info = init.info;
    this.context = init.context;
    this.#shutdown = init.shutdown;
  }

  /** undefined when absent. */
  header(name: string): string | undefined {
    return this.raw.headers.get(name) ?? undefined;
  }

  get method(): string {
    return this.line.method;
  }

  get query(): URLSearchParams {
    return this.line.query;
  }

  get userAgent(): string {
    return this.header('user-agent') ?? '';
  }

  /** What every answer carries, with `more` for this one. HTTP/2 has no `Connection`. */
  answerHeaders(more: AnswerHeaders = {}): Record<string, string> {
    const headers: Record<string, string> = {
      'Audit-Id': this.context.auditId,
      'Cache-Control': 'no-cache, private',
      ...more,
    };
    const { warnings } = this.context;
    if (warnings.size > 0) headers['Warning'] = warningHeader(warnings);
    if (this.#shutdown.aborted && !this.overHttp2) headers['Connection'] = 'close';
    return headers;
  }

  get overHttp2(): boolean {
    return this.bindings.incoming?.httpVersionMajor === 2;
  }
}
