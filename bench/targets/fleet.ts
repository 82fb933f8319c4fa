import { populate } from '../populate.ts';
import type { Backend, Profile, Transport } from '../profiles.ts';
import type { RunningTarget, Target } from '../target.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { type Crowsnest, startCrowsnest } from './crowsnest.ts';
import { type Etcd, startEtcd } from './etcd.ts';
import { startFloor } from './floor.ts';

/** Every server of a run: each is started and filled when a profile first needs it, and kept until the end. */
export class Fleet {
  readonly certificate: Certificate;
  readonly #given: readonly Target[];
  readonly #progress: (text: string) => void;
  readonly #floors = new Map<Transport, RunningTarget>();
  readonly #servers = new Map<Backend, Crowsnest>();
  readonly #filled = new Set<string>();
  #etcd: Etcd | undefined;

  private constructor(certificate: Certificate, given: readonly Target[], progress: (text: string) => void) {
    this.certificate = certificate;
    this.#given = given;
    this.#progress = progress;
  }

  /** With `given` servers nothing but the floor is started. */
  static async open(scratch: string, given: readonly Target[], progress: (text: string) => void): Promise<Fleet> {
    return new Fleet(await makeCertificate(scratch), given, progress);
  }

  /** What the profile runs on, filled and ready; floors last. */
  async for(profile: Profile): Promise<Target[]> {
    const targets: Target[] = this.#given.length > 0 ? [...this.#given] : await this.#own(profile);
    for (const target of targets) await this.#fill(target);
    if (!profile.floor) return targets;
    const floors = new Set(targets.map(({ floorName }) => floorName));
    for (const transport of ['http', 'tls', 'h2'] as const)
      if (floors.has(`floor ${transport}`)) targets.push(await this.#floor(transport));
    return targets;
  }

  async close(): Promise<void> {
    for (const floor of this.#floors.values()) await floor.stop();
    for (const server of this.#servers.values()) await server.stop();
    await this.#etcd?.stop();
    this.#floors.clear();
    this.#servers.clear();
    this.#etcd = undefined;
  }

  async #own(profile: Profile): Promise<Target[]> {
    const targets: Target[] = [];
    for (const backend of profile.backends) {
      const server = await this.#server(backend);
      targets.push(...profile.transports.map((transport) => server.target(transport)));
    }
    return targets;
  }

  async #server(backend: Backend): Promise<Crowsnest> {
    let server = this.#servers.get(backend);
    if (server === undefined) {
      this.#progress(`starting crowsnest on ${backend}`);
      if (backend === 'etcd') this.#etcd ??= await startEtcd();
      const etcd = this.#etcd === undefined ? {} : { etcdEndpoint: this.#etcd.endpoint };
      server = await startCrowsnest({ backend, certificate: this.certificate, ...etcd });
      this.#servers.set(backend, server);
    }
    return server;
  }

  async #floor(transport: Transport): Promise<Target> {
    let floor = this.#floors.get(transport);
    if (floor === undefined) {
      this.#progress(`starting the floor over ${transport}`);
      floor = await startFloor(transport, this.certificate);
      this.#floors.set(transport, floor);
    }
    return floor.target;
  }

  /** Targets with one process share its objects. */
  async #fill(target: Target): Promise<void> {
    const store = target.pid === undefined ? target.url : String(target.pid);
    if (this.#filled.has(store)) return;
    this.#progress(`filling ${target.name}`);
    await populate(target);
    this.#filled.add(store);
  }
}
