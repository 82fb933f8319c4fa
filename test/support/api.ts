export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is not. */
  // oxlint-disable-next-line no-explicit-any -- tests read whatever the server says and compare it whole
  readonly body: any;
};

export type Call = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON, unless it is text or bytes. */
  readonly body?: unknown;
};

/** A plain client of one server. Never throws for a status. */
export class Api {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async call(path: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call(path, { headers });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call(path, { method: 'POST', body, headers });
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.call(path, { method: 'PUT', body });
  }

  delete(path: string, body?: unknown): Promise<Answer> {
    return this.call(path, { method: 'DELETE', ...(body === undefined ? {} : { body }) });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
