import type { Endpoint } from './endpoint.ts';
import type { Answer } from './failure.ts';

/**
 * Whether an etcd of this version answers a manual progress request, and only after the events the answer covers.
 * Before 3.4.25 and 3.5.8 the answer could overtake events (etcd#15220); before 3.4.31 and 3.5.13 it could be kept back
 * for ever (etcd#17507). What is not a version does not.
 */
export function versionCanProgress(version: string): boolean {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [major, minor, patch] = match.slice(1).map(Number) as [number, number, number];
  if (major !== 3) return major > 3;
  if (minor === 4) return patch >= 31;
  if (minor === 5) return patch >= 13;
  return minor > 5;
}

/**
 * What is known of the members' versions. Members are asked when the storage opens and whenever a watch is begun with
 * them, which is when they can have been replaced by other versions.
 */
export class VersionGate {
  readonly #ask: (endpoint: Endpoint) => Promise<Answer<{ readonly version: string }>>;
  readonly #known = new Map<Endpoint, boolean>();
  readonly #asking = new Map<Endpoint, Promise<Answer<{ readonly version: string }>>>();

  constructor(ask: (endpoint: Endpoint) => Promise<Answer<{ readonly version: string }>>) {
    this.#ask = ask;
  }

  /** True when some member has told its version, and every one that has can. */
  get canProgress(): boolean {
    return this.#known.size > 0 && [...this.#known.values()].every((can) => can);
  }

  /** False also for a member that has not told its version. */
  supports(endpoint: Endpoint): boolean {
    return this.#known.get(endpoint) ?? false;
  }

  /** Asks a member anew, once for all who ask at the same time. One that does not answer keeps what was known of it. */
  check(endpoint: Endpoint): Promise<Answer<{ readonly version: string }>> {
    const running = this.#asking.get(endpoint);
    if (running !== undefined) return running;
    const asking = this.#ask(endpoint).then((answer) => {
      this.#asking.delete(endpoint);
      if ('value' in answer) this.#known.set(endpoint, versionCanProgress(answer.value.version));
      return answer;
    });
    this.#asking.set(endpoint, asking);
    return asking;
  }
}
