import type { Bindings } from './bindings.ts';
import type { RequestInfo } from './request-info.ts';

export interface ApiRequestInit {
  readonly raw: Request;
  readonly bindings: Bindings;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly auditId: string;
  /** Aborted when the server drains. */
  readonly shutdown: AbortSignal;
}

/** Headers of one answer. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** More, and answers would outgrow what clients take as headers. */
const maxWarnings = 32;

/** One request on its way through the filters to its handler. */
export class ApiRequest {
  readonly raw: Request;
  readonly bindings: Bindings;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly auditId: string;
  readonly #shutdown: AbortSignal;
  #aborted = false;
  #onCancel: (() => void) | undefined;
  readonly #warnings = new Set<string>();

  constructor(init: ApiRequestInit) {
    this.raw = init.raw;
    this.bindings = init.bindings;
    this.info = init.info;
    this.query = init.query;
    this.auditId = init.auditId;
    this.#shutdown = init.shutdown;
  }

  /** undefined when absent. */
  header(name: string): string | undefined {
    return this.raw.headers.get(name) ?? undefined;
  }

  get userAgent(): string {
    return this.header('user-agent') ?? '';
  }

  /** True once nobody waits for the answer any more: the client is gone or the time is up. */
  get aborted(): boolean {
    return this.#aborted;
  }

  cancel(): void {
    this.#aborted = true;
    this.#onCancel?.();
  }

  /** For the one who writes the answer: called when it is cancelled, at once if it is already. `fn` replaces the one before. */
  onCancel(fn: (() => void) | undefined): void {
    this.#onCancel = fn;
    if (this.#aborted) fn?.();
  }

  /** Something the client should hear of beside the answer. Texts are sent once each, 32 at most. */
  warn(text: string): void {
    if (this.#warnings.size < maxWarnings) this.#warnings.add(text);
  }

  /** What every answer carries, with `more` for this one. HTTP/2 has no `Connection`. */
  answerHeaders(more: AnswerHeaders = {}): Record<string, string> {
    const headers: Record<string, string> = {
      'Audit-Id': this.auditId,
      'Cache-Control': 'no-cache, private',
      ...more,
    };
    if (this.#warnings.size > 0) headers['Warning'] = [...this.#warnings].map(warningValue).join(', ');
    if (this.#shutdown.aborted && !this.overHttp2) headers['Connection'] = 'close';
    return headers;
  }

  get overHttp2(): boolean {
    return this.bindings.incoming?.httpVersionMajor === 2;
  }
}

/** RFC 9111 `warn-code SP warn-agent SP quoted-text`; bytes beyond ASCII go as UTF-8, one header character each. */
function warningValue(text: string): string {
  const quoted = text.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
  return `299 - "${Buffer.from(quoted).toString('latin1')}"`;
}
