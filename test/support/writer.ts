import type { StoreChange } from '../model/expected-events.ts';
import type { Api } from './api.ts';

/** A write that the server has answered with success. */
export interface Acknowledged {
  readonly revision: number;
  /** `configmaps/<namespace>/<name>`. */
  readonly key: string;
  /** Absent: it was a deletion. */
  readonly mark: string | undefined;
}

export interface WriterOptions {
  /** Which sequence of writes: the same seed writes the same. */
  readonly seed: number;
  readonly namespaces: readonly string[];
  /** Objects per resource and namespace that it writes to, from `o0`. */
  readonly names: number;
  /** Bytes of data beside what tells versions apart. */
  readonly payloadBytes?: number;
}

export const tiers = ['web', 'data', 'none'] as const;
export const nodes = ['node-0', 'node-1'] as const;
const phases = ['Pending', 'Running', 'Succeeded'] as const;

/** The writes of these that their server acknowledged and that never happened. */
export function lostWrites(writers: readonly Writer[], changes: readonly StoreChange[]): Acknowledged[] {
  const happened = new Set(changes.map(({ revision, key, object }) => `${revision} ${key} ${object?.mark}`));
  return writers
    .flatMap(({ acknowledged }) => acknowledged)
    .filter(({ revision, key, mark }) => mark !== undefined && !happened.has(`${revision} ${key} ${mark}`));
}

/** The answer to none of its writes tells which version won; so no two writers, and no two writes, share a mark. */
let writers = 0;

/**
 * Writes at random to configmaps and pods: creates, replaces, changes of status, deletions. What is refused because of
 * the state of things (404, 409) is no matter; what fails otherwise is counted, and may or may not have happened.
 */
export class Writer {
  readonly acknowledged: Acknowledged[] = [];
  /** Status codes of 429 and above, and 0 where the connection failed. */
  readonly failures: number[] = [];
  readonly #options: WriterOptions;
  readonly #id = writers++;
  #state: number;
  #count = 0;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#state = options.seed + 1;
  }

  /** One after the other, until there are so many or `signal` says so. */
  async run(api: Api, count: number, signal?: AbortSignal): Promise<void> {
    for (let i = 0; i < count; i++) {
      if (signal?.aborted === true) return;
      await this.one(api);
    }
  }

  /** Resolves when `count` more writes have been acknowledged. */
  acknowledges(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ count: this.acknowledged.length + count, resolve }));
  }

  /** One write to an object chosen at random. */
  async one(api: Api): Promise<void> {
    const { namespaces, names } = this.#options;
    const resource = this.#pick(['configmaps', 'pods'] as const);
    const namespace = this.#pick(namespaces);
    const name = `o${this.#below(names)}`;
    const path = `/api/v1/namespaces/${namespace}/${resource}`;
    const roll = this.#below(10);
    if (roll < 2) {
      await this.#send(api, 'DELETE', `${path}/${name}?gracePeriodSeconds=0`, `${resource}/${namespace}/${name}`);
      return;
    }
    const mark = `${this.#id}-${this.#count++}`;
    const object = resource === 'pods' ? this.#pod(name, mark) : this.#configMap(name, mark);
    const key = `${resource}/${namespace}/${name}`;
    const target = resource === 'pods' && roll < 4 ? `${path}/${name}/status` : `${path}/${name}`;
    const status = await this.#send(api, 'PUT', target, key, object, mark);
    if (status === 404) await this.#send(api, 'POST', path, key, object, mark);
  }

  /** The next numbers of a Lehmer generator: enough to mix things, and the same every time. */
  #below(limit: number): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state % limit;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  #metadata(name: string, mark: string) {
    const tier = this.#pick(tiers);
    return { name, annotations: { mark }, labels: tier === 'none' ? {} : { tier } };
  }

  #configMap(name: string, mark: string) {
    const data = { text: 'x'.repeat(this.#options.payloadBytes ?? 0) };
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: this.#metadata(name, mark), data };
  }

  #pod(name: string, mark: string) {
    // A pod stays on its node.
    const nodeName = nodes[Number(name.slice(1)) % nodes.length];
    const spec = { nodeName, containers: [{ name: 'main', image: 'i' }] };
    const status = { phase: this.#pick(phases) };
    return { apiVersion: 'v1', kind: 'Pod', metadata: this.#metadata(name, mark), spec, status };
  }

  async #send(api: Api, method: string, path: string, key: string, body?: object, mark?: string): Promise<number> {
    try {
      const answer = await api.call(path, { method, ...(body === undefined ? {} : { body }) });
      const { status } = answer;
      if (status < 300) {
        const { resourceVersion = '0', deletionTimestamp } = answer.body.metadata ?? {};
        // A write to an object that only waits to go makes it go.
        const going = deletionTimestamp !== undefined;
        this.acknowledged.push({ revision: Number(resourceVersion), key, mark: going ? undefined : mark });
        for (const { count, resolve } of this.#waiting) if (this.acknowledged.length >= count) resolve();
      } else if (status !== 404 && status !== 409) this.failures.push(status);
      return status;
    } catch {
      this.failures.push(0);
      return 0;
    }
  }
}
