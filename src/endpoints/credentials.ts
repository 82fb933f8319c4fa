import type { Credentials, PresentedCertificate } from '../machinery/request-authenticator.ts';
import type { ApiRequest } from './api-request.ts';

/** What a request has with it that may say who sent it. Lines are told apart, as they were sent. */
export class RequestCredentials implements Credentials {
  readonly #request: ApiRequest;
  #lines: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(request: ApiRequest) {
    this.#request = request;
  }

  header(name: string): string {
    return this.lines(name)[0] ?? '';
  }

  lines(name: string): readonly string[] {
    return this.#all.get(name) ?? [];
  }

  headerNames(): Iterable<string> {
    return this.#all.keys();
  }

  get certificate(): PresentedCertificate | undefined {
    return this.#request.bindings.certificate?.();
  }

  get #all(): ReadonlyMap<string, readonly string[]> {
    return (this.#lines ??= linesOf(this.#request));
  }
}

function linesOf({ bindings: { incoming }, raw }: ApiRequest): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    const known = lines.get(name);
    if (known === undefined) lines.set(name, [value]);
    else known.push(value);
  };
  if (incoming === undefined) for (const [name, value] of raw.headers) add(name, value);
  else {
    const { rawHeaders } = incoming;
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      add((rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? '');
    }
  }
  return lines;
}
