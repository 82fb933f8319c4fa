import type { Answer } from './api.ts';
import type { WatchStream } from './watch-stream.ts';
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

type Labels = Readonly<Record<string, string>>;
type Body = { readonly metadata: object; readonly [field: string]: unknown };

/** What a test gives an object besides its name. */
export interface Traits {
  readonly labels?: Labels;
}

/** Objects of one resource by HTTP. Writes resolve to their resourceVersion. */
export class Collection<T extends Traits> {
  readonly path: string;
  readonly #server: WholeServer;
  readonly #fill: (traits: T) => Omit<Body, 'metadata'>;

  /** `fill`: an object's fields beside its metadata. */
  constructor(server: WholeServer, path: string, fill: (traits: T) => Omit<Body, 'metadata'>) {
    this.#server = server;
    this.path = path;
    this.#fill = fill;
  }

  async create(name: string, traits = {} as T): Promise<number> {
    return revisionIn(await this.#server.api.post(this.path, this.#body(name, traits)));
  }

  /** One after the other. */
  async createAll(...names: readonly string[]): Promise<number[]> {
    const revisions: number[] = [];
    for (const name of names) revisions.push(await this.create(name));
    return revisions;
  }

  async update(name: string, traits: T): Promise<number> {
    return revisionIn(await this.#server.api.put(`${this.path}/${name}`, this.#body(name, traits)));
  }

  /** At once. NaN where the server does not return what it deleted: config maps. Pods change once before they go. */
  async remove(name: string): Promise<number> {
    const { metadata } = done(await this.#server.api.delete(`${this.path}/${name}?gracePeriodSeconds=0`));
    return Number(metadata.resourceVersion);
  }

  list(query: Query = {}): Promise<Answer> {
    return this.#server.api.get(this.path + queryText(query));
  }

  watch(query: Query = {}, headers: Record<string, string> = {}): Promise<WatchStream> {
    return this.#server.watch(this.path + queryText({ watch: 1, ...query }), headers);
  }

  #body(name: string, traits: T): Body {
    const { labels } = traits;
    return { metadata: { name, ...(labels === undefined ? {} : { labels }) }, ...this.#fill(traits) };
  }
}

interface PodTraits extends Traits {
  readonly nodeName?: string;
}

interface ConfigMapTraits extends Traits {
  readonly data?: Readonly<Record<string, string>>;
}

const podFields = ({ nodeName }: PodTraits) => ({
  spec: { containers: [{ name: 'main', image: 'main:1' }], ...(nodeName === undefined ? {} : { nodeName }) },
});

export const podsPath = (namespace = ''): string => `/api/v1${namespace === '' ? '' : `/namespaces/${namespace}`}/pods`;

let sequence = 0;

/** The pods of a namespace that nobody else has, its config maps, and its service accounts, of which nothing is asked. */
export class TestNamespace extends Collection<PodTraits> {
  readonly name: string;
  readonly configMaps: Collection<ConfigMapTraits>;
  readonly #server: WholeServer;
  readonly serviceAccounts: Collection<Traits>;

  private constructor(server: WholeServer, name: string) {
    super(server, podsPath(name), podFields);
    this.#server = server;
    this.name = name;
    this.configMaps = new Collection(server, `/api/v1/namespaces/${name}/configmaps`, ({ data }) =>
      data === undefined ? {} : { data },
    );
    this.serviceAccounts = new Collection(server, `/api/v1/namespaces/${name}/serviceaccounts`, () => ({}));
  }

  /** Whatever may change of a pod that is there, and is selected by: its nominated node, and its labels. */
  async nominate(name: string, node: string, labels: Labels): Promise<number> {
    const body = { metadata: { name, labels }, ...podFields({}), status: { nominatedNodeName: node } };
    return revisionIn(await this.#server.api.put(`${this.path}/${name}/status`, body));
  }

  /** `name`: for tests that care for the order of namespaces. */
  static async create(server: WholeServer, name = `ns-${++sequence}-x`): Promise<TestNamespace> {
    done(await server.api.post('/api/v1/namespaces', { metadata: { name } }));
    return new TestNamespace(server, name);
  }
}
