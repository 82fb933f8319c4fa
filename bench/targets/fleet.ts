import { dataset } from '../dataset.ts';
import { makeHotObjects, populate } from '../populate.ts';
import type { Backend, Profile, Transport, Variant } from '../profile.ts';
import { scratchFolder } from '../scratch.ts';
import type { Target } from '../target.ts';
import type { Certificate } from './certificate.ts';
import { type Crowsnest, type Store, startCrowsnest } from './crowsnest.ts';
import { type Etcd, startEtcd } from './etcd.ts';
import { fillStore } from './fill-store.ts';
import { type Floor, startFloor } from './floor.ts';

/** Servers of one store, with what has to end after them. */
type Servers = { readonly replicas: readonly Crowsnest[]; readonly etcd: Etcd | undefined };

/** Every server of a run: each is started and filled when it is first needed, and kept until the end. */
export class Fleet {
  readonly certificate: Certificate;
  readonly #given: readonly Target[];
  readonly #nodeOptions: readonly string[];
  readonly #progress: (text: string) => void;
  readonly #floors = new Map<string, Floor>();
  readonly #servers = new Map<string, Servers>();
  readonly #filled = new Set<string>();

  /** With `given` servers nothing but the floor is started. */
  constructor(
    certificate: Certificate,
    given: readonly Target[],
    nodeOptions: readonly string[],
    progress: (text: string) => void,
  ) {
    this.certificate = certificate;
    this.#given = given;
    this.#nodeOptions = nodeOptions;
    this.#progress = progress;
  }

  /** What the variant runs on in this round, filled and ready; floors last. */
  async for(profile: Profile, variant: Variant, round: number): Promise<Target[]> {
    const isNew = profile.servers === 'new';
    if (isNew) await this.#retire(`new ${profile.name}`);
    const targets = this.#given.length > 0 ? [...this.#given] : await this.#own(profile, variant);
    // New servers are to be empty: of the floor's bodies that are there for lists only one object is left.
    const objects = isNew ? 1 : (variant.objects ?? dataset.objects);
    for (const target of targets) await (isNew ? makeHotObjects(target) : this.#fill(target, objects));
    const floors = new Set(targets.map(({ floorName }) => floorName));
    for (const transport of ['http', 'tls', 'h2'] as const) {
      if (floors.has(`floor ${transport}`))
        targets.push(await this.#floor(transport, objects, isNew ? `new ${profile.name}` : 'shared'));
    }
    // In turning order, so that what else the machine does falls on all alike.
    return targets.map((_, i) => targets[(i + round) % targets.length] as Target);
  }

  async close(): Promise<void> {
    await this.#retire('');
  }

  /** Ends all whose key begins with `prefix`. */
  async #retire(prefix: string): Promise<void> {
    const begins = ([key]: readonly [string, unknown]) => key.startsWith(prefix);
    for (const [key, floor] of [...this.#floors].filter(begins)) {
      this.#floors.delete(key);
      await floor.stop();
    }
    for (const [key, { replicas, etcd }] of [...this.#servers].filter(begins)) {
      this.#servers.delete(key);
      for (const server of replicas) await server.stop();
      await etcd?.stop();
    }
  }

  async #own(profile: Profile, variant: Variant): Promise<Target[]> {
    const targets: Target[] = [];
    for (const backend of profile.backends) {
      const { replicas } = await this.#start(profile, variant, backend);
      const others = (transport: Transport) =>
        replicas.slice(1).map((server) => ({ url: server.target(transport).url, pid: server.pid }));
      for (const transport of profile.transports) {
        const target = replicas[0]?.target(transport);
        if (target !== undefined) targets.push({ ...target, replicas: others(transport) });
      }
    }
    return targets;
  }

  async #start(profile: Profile, variant: Variant, backend: Backend): Promise<Servers> {
    const { objects = dataset.objects, replicas = 1 } = variant;
    const isNew = profile.servers === 'new';
    const key = `${isNew ? `new ${profile.name}` : 'shared'} ${backend} ${objects} ${replicas}`;
    const there = this.#servers.get(key);
    if (there !== undefined) return there;
    this.#progress(`starting ${replicas} crowsnest on ${backend}${isNew ? '' : ` with ${objects} objects`}`);
    const etcd = backend === 'etcd' ? await startEtcd() : undefined;
    const store = storeFor(backend, etcd);
    if (!isNew && backend !== 'memory') await fillStore(store, objects);
    const started: Crowsnest[] = [];
    for (let i = 0; i < replicas; i++) started.push(await startCrowsnest(store, this.certificate, this.#nodeOptions));
    const servers = { replicas: started, etcd };
    this.#servers.set(key, servers);
    return servers;
  }

  async #floor(transport: Transport, objects: number, kind: string): Promise<Target> {
    const key = `${kind} ${transport} ${objects}`;
    let floor = this.#floors.get(key);
    if (floor === undefined) {
      this.#progress(`starting the floor over ${transport} with ${objects} objects`);
      floor = await startFloor(transport, this.certificate, objects, this.#nodeOptions);
      this.#floors.set(key, floor);
    }
    return floor.target;
  }

  /** Through the API, where the store was not filled before the start. Targets with one process share its objects. */
  async #fill(target: Target, objects: number): Promise<void> {
    const store = target.pid === undefined ? target.url : String(target.pid);
    if (this.#filled.has(store)) return;
    const isThere = target.backend === 'embedded' || target.backend === 'etcd';
    this.#progress(`filling ${target.name}`);
    if (isThere) await makeHotObjects(target);
    else await populate(target, objects);
    this.#filled.add(store);
  }
}

export function storeFor(backend: Backend, etcd: Etcd | undefined): Store {
  if (etcd !== undefined) return { backend: 'etcd', endpoint: etcd.endpoint };
  return backend === 'embedded' ? { backend, dataDir: scratchFolder('store') } : { backend: 'memory' };
}
