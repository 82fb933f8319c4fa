import type { Answer } from './api.ts';
import type { WatchedEvent } from './watch-stream.ts';
import type { WholeServer } from './whole-server.ts';

/** Query parameters; those that are undefined are not sent. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** `?a=1&b=2`, or '' for none. */
export function queryText(query: Query): string {
  const sent = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) sent.set(name, String(value));
  return sent.size === 0 ? '' : `?${sent.toString()}`;
}

/** The body, once the server has done what it was asked. @throws {Error} when it has not. */
export function done({ status, body, text }: Answer): Answer['body'] {
  if (status >= 300) throw new Error(`${status}: ${text}`);
  return body;
}

export const revisionIn = (answer: Answer): number => Number(done(answer).metadata.resourceVersion);

export const namesIn = (answer: Answer): string[] =>
  done(answer).items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);

/** What a test changes of a pod. */
export interface PodTraits {
  readonly labels?: Readonly<Record<string, string>>;
  readonly nodeName?: string;
}

const podOf = (name: string, { labels, nodeName }: PodTraits) => ({
  metadata: { name, ...(labels === undefined ? {} : { labels }) },
  spec: { containers: [{ name: 'main', image: 'main:1' }], ...(nodeName === undefined ? {} : { nodeName }) },
});

export const podsPath = (namespace = ''): string => `/api/v1${namespace === '' ? '' : `/namespaces/${namespace}`}/pods`;

let sequence = 0;

/** Pods and config maps by HTTP, in a namespace that nobody else has. Writes resolve to their resourceVersion. */
export class TestNamespace {
  readonly name: string;
  readonly #server: WholeServer;

  private constructor(server: WholeServer, name: string) {
    this.#server = server;
    this.name = name;
  }

  /** `name`: for tests that care for the order of namespaces. */
  static async create(server: WholeServer, name = `ns-${++sequence}-x`): Promise<TestNamespace> {
    done(await server.api.post('/api/v1/namespaces', { metadata: { name } }));
    return new TestNamespace(server, name);
  }

  get pods(): string {
    return podsPath(this.name);
  }

  async create(name: string, traits: PodTraits = {}): Promise<number> {
    return revisionIn(await this.#server.api.post(this.pods, podOf(name, traits)));
  }

  /** Creates one pod after the other. */
  async createAll(...names: readonly string[]): Promise<number[]> {
    const revisions: number[] = [];
    for (const name of names) revisions.push(await this.create(name));
    return revisions;
  }

  async update(name: string, traits: PodTraits): Promise<number> {
    return revisionIn(await this.#server.api.put(`${this.pods}/${name}`, podOf(name, traits)));
  }

  async remove(name: string): Promise<number> {
    return revisionIn(await this.#server.api.delete(`${this.pods}/${name}?gracePeriodSeconds=0`));
  }

  async createConfigMap(name: string, data: Readonly<Record<string, string>> = {}): Promise<number> {
    const path = `/api/v1/namespaces/${this.name}/configmaps`;
    return revisionIn(await this.#server.api.post(path, { metadata: { name }, data }));
  }

  /** Pods of this namespace. */
  list(query: Query = {}): Promise<Answer> {
    return this.#server.api.get(this.pods + queryText(query));
  }

  /** Watches pods of this namespace. */
  watch(query: Query = {}) {
    return this.#server.watch(this.pods + queryText({ watch: 1, ...query }));
  }
}

/** `ADDED name@revision`, `BOOKMARK @revision end`, `ERROR Expired`: one line for each event. */
export function told({ type, object }: WatchedEvent): string {
  if (type === 'ERROR') return `ERROR ${String(object['reason'])}`;
  const { name, resourceVersion, annotations } = object.metadata;
  const end = annotations?.['k8s.io/initial-events-end'] === 'true' ? ' end' : '';
  return `${type} ${type === 'BOOKMARK' ? '' : name}@${resourceVersion}${end}`;
}
