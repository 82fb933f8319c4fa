import type { Logger } from '../base/logger.ts';

/** One thing that must be well. Resolves to what is wrong, or undefined. Must not reject, and bounds its own time. */
export interface HealthCheck {
  readonly name: string;
  readonly check: () => Promise<string | undefined> | string | undefined;
}

export type HealthEndpoint = 'healthz' | 'livez' | 'readyz';

export interface HealthAnswer {
  readonly code: number;
  readonly text: string;
}

const ok: HealthAnswer = { code: 200, text: 'ok' };

/**
 * `/healthz`, `/livez` and `/readyz`, as kube-apiserver answers them: `ok`, or with `?verbose` or a failure a line per
 * check; `?exclude=name` leaves one out; a name behind the path asks for one alone. Reasons go to the log only.
 */
export class Health {
  readonly #checks: Readonly<Record<HealthEndpoint, readonly HealthCheck[]>>;
  readonly #logger: Logger;
  /** What each check said last, so that the log has changes and not polls. */
  readonly #last = new Map<string, string | undefined>();

  constructor(checks: Readonly<Record<HealthEndpoint, readonly HealthCheck[]>>, logger: Logger) {
    this.#checks = checks;
    this.#logger = logger;
  }

  /** `undefined`: there is no such path. */
  async answer(path: string, query: URLSearchParams): Promise<HealthAnswer | undefined> {
    const [, endpoint = '', single] = /^\/(healthz|livez|readyz)(?:\/(.+))?$/.exec(path) ?? [];
    if (endpoint === '') return undefined;
    const checks = this.#checks[endpoint as HealthEndpoint];
    if (single === undefined) return this.#all(endpoint, checks, query);
    const check = checks.find(({ name }) => name === single);
    if (check === undefined) return undefined;
    const problem = await this.#run(check);
    return problem === undefined ? ok : { code: 500, text: `internal server error: ${problem}\n` };
  }

  async #all(endpoint: string, checks: readonly HealthCheck[], query: URLSearchParams): Promise<HealthAnswer> {
    const excluded = new Set(query.getAll('exclude').flatMap((names) => names.split(',')));
    excluded.delete('');
    let lines = '';
    let failed = false;
    const problems = await Promise.all(
      checks.map(async (check) => (excluded.has(check.name) ? undefined : await this.#run(check))),
    );
    for (const [index, { name }] of checks.entries()) {
      const left = excluded.delete(name);
      failed ||= problems[index] !== undefined;
      if (left) lines += `[+]${name} excluded: ok\n`;
      else lines += problems[index] === undefined ? `[+]${name} ok\n` : `[-]${name} failed: reason withheld\n`;
    }
    if (excluded.size > 0) {
      const unknown = [...excluded].sort().map((name) => JSON.stringify(name));
      lines += `warn: some health checks cannot be excluded: no matches for ${unknown.join(', ')}\n`;
    }
    if (failed) return { code: 500, text: `${lines}${endpoint} check failed\n` };
    return query.has('verbose') ? { code: 200, text: `${lines}${endpoint} check passed\n` } : ok;
  }

  async #run({ name, check }: HealthCheck): Promise<string | undefined> {
    const problem = await check();
    if (problem !== this.#last.get(name)) {
      this.#last.set(name, problem);
      if (problem === undefined) this.#logger.info('health check passes again', { check: name });
      else this.#logger.warn('health check fails', { check: name, problem });
    }
    return problem;
  }
}
