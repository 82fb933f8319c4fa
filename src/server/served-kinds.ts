import { inDiscoveryOrder } from '../api/discovery-order.ts';
import type { Kind } from '../api/kind.ts';
import type { Served, ServedNames, ServedVersion } from '../api/served-version.ts';
import type { StoredKind } from '../api/stored-kind.ts';
import type { VirtualResource } from '../api/virtual-resource.ts';
import type { ItemRuns } from '../encoding/item-runs.ts';
import type { ProtobufPieces } from '../encoding/protobuf-pieces.ts';
import type { ServedResource, ServedVirtualResource } from '../endpoints/served-resource.ts';
import { groupResourceText } from '../machinery/gvk.ts';
import { VirtualStore } from '../registry/virtual-store.ts';
import { defaultHistoryOptions } from '../watchcache/history.ts';
import { HistoryBudget } from '../watchcache/history-budget.ts';
import { historyBudgetMetrics } from '../watchcache/metrics.ts';
import { LiveKind, type LiveKindParts } from './live-kind.ts';

export interface ServedKindsParts extends Omit<LiveKindParts, 'historyBudget' | 'storeOf'> {
  /** Where items of lists are kept joined: those of a kind go with it. */
  readonly itemRuns: ItemRuns;
  readonly protobuf: ProtobufPieces;
  /** Of what is built in. What is not is fed and stored as ever, and found by nobody. Absent: everything is. */
  readonly enabled?: (served: ServedNames) => boolean;
  /** A kind was added while the server runs: its cache is filled. */
  readonly added: (kind: LiveKind) => void;
  /** It is served no more. */
  readonly removed: (kind: LiveKind) => void;
}

/**
 * The kinds that are served now. They come and go while the server runs: routes, discovery and OpenAPI ask here each time,
 * and everything else that a kind has (cache, dispatcher, checker, metrics) lives and ends with its LiveKind.
 */
export class ServedKinds {
  readonly #parts: LiveKindParts;
  readonly #itemRuns: ItemRuns;
  readonly #protobuf: ProtobufPieces;
  readonly #added: ServedKindsParts['added'];
  readonly #removed: ServedKindsParts['removed'];
  readonly #enabled: (served: ServedNames) => boolean;
  readonly #live = new Map<string, LiveKind>();
  readonly #resources = new Map<string, ServedResource>();
  /** By group and resource: kinds that are being replaced, until they are. */
  readonly #replacing = new Map<string, Promise<boolean>>();
  readonly #virtual = new Map<string, ServedVirtualResource>();
  #versions: readonly Served[] = [];

  constructor(parts: ServedKindsParts) {
    this.#parts = { ...parts, historyBudget: historyBudgetOf(parts), storeOf: (kind) => this.find(kind)?.store };
    this.#itemRuns = parts.itemRuns;
    this.#protobuf = parts.protobuf;
    this.#enabled = parts.enabled ?? (() => true);
    this.#added = parts.added;
    this.#removed = parts.removed;
  }

  /** Those that are fed, served already or not. */
  get live(): Iterable<LiveKind> {
    return this.#live.values();
  }

  /** What is served, as discovery lists it. Another array after each change. */
  get versions(): readonly Served[] {
    return this.#versions;
  }

  resource(group: string, version: string, resource: string): ServedResource | undefined {
    return this.#resources.get(pathOf({ group, version, resource }));
  }

  virtualResource(group: string, version: string, resource: string): ServedVirtualResource | undefined {
    return this.#virtual.get(pathOf({ group, version, resource }));
  }

  /** Settles when a kind that is being replaced at the moment is served again, or not any more. Undefined: it is not. */
  replacement(group: string, resource: string): Promise<unknown> | undefined {
    return this.#replacing.get(groupResourceText({ group, resource }));
  }

  /** The live kind of a group and resource as stored. */
  find(stored: Pick<StoredKind, 'group' | 'resource'>): LiveKind | undefined {
    return this.#live.get(groupResourceText(stored));
  }

  /**
   * Serves `kinds` from this moment on; what needs a cache is refused until it is filled. For the start of the server.
   * @throws {RangeError} when a kind, a version of it or its prefix is there already
   */
  install(kinds: readonly Kind[]): void {
    // Whether a version of a definition is served is for the definition to say.
    const isServed = (served: ServedVersion): boolean => served.custom !== undefined || this.#enabled(served);
    for (const kind of kinds) this.#publish(this.#feed(kind), kind.versions.filter(isServed));
  }

  /**
   * Serves what nobody stores, from this moment on.
   * @throws {RangeError} when one of the paths is taken
   */
  installVirtual(resources: readonly VirtualResource[]): void {
    const enabled = resources.filter(this.#enabled);
    for (const served of enabled) {
      if (this.#resources.has(pathOf(served)) || this.#virtual.has(pathOf(served)))
        throw new RangeError(`${served.resource} is served already`);
      this.#virtual.set(pathOf(served), { served, store: new VirtualStore(served, this.#parts.clock) });
    }
    this.#versions = inDiscoveryOrder([...this.#versions, ...enabled]);
  }

  /**
   * Begins to feed a kind and serves it once its cache is filled. Resolves to false when it was removed, or the server
   * stopped, before.
   * @throws {RangeError} as `install`
   */
  async add(kind: Kind): Promise<boolean> {
    const live = this.#feed(kind);
    const filled = await live.filled;
    if (!filled || this.#live.get(nameOf(kind)) !== live) return false;
    this.#publish(live, kind.versions);
    live.checker.start();
    this.#added(live);
    return true;
  }

  /**
   * Serves `kind` where another one of its group and resource was served: as one that goes and one that comes, but that
   * requests for it wait until it has, and discovery tells of the old one until then.
   * @throws {RangeError} as `install`
   */
  async replace(kind: Kind): Promise<boolean> {
    const before = this.#versions;
    this.remove(kind.stored);
    const name = nameOf(kind);
    const added = this.add(kind);
    this.#replacing.set(name, added);
    this.#versions = before;
    try {
      return await added;
    } finally {
      this.#replacing.delete(name);
      this.#versions = this.#versions.filter(
        ({ stored }) => stored === undefined || this.#live.get(groupResourceText(stored))?.stored === stored,
      );
    }
  }

  /** Serves a kind no more: its paths are gone at once, its watches end cleanly, and nothing of it is left in memory. */
  remove(stored: StoredKind): void {
    const live = this.find(stored);
    if (live === undefined) return;
    this.#live.delete(groupResourceText(stored));
    for (const served of live.kind.versions) this.#resources.delete(pathOf(served));
    this.#versions = this.#versions.filter((served) => served.stored !== live.stored);
    live.stop();
    this.#itemRuns.forget(live.shape.keyPrefix);
    this.#protobuf.forget(live.shape.keyPrefix);
    this.#removed(live);
  }

  #feed(kind: Kind): LiveKind {
    const name = nameOf(kind);
    const taken = kind.versions.find(
      (served) => this.#resources.has(pathOf(served)) || this.#virtual.has(pathOf(served)),
    );
    if (this.#live.has(name) || taken !== undefined)
      throw new RangeError(`${taken?.resource ?? name} is served already`);
    const live = new LiveKind(kind, this.#parts);
    this.#live.set(name, live);
    return live;
  }

  #publish({ kind, store }: LiveKind, versions: readonly ServedVersion[]): void {
    for (const served of versions) this.#resources.set(pathOf(served), { served, store: store.as(served) });
    const replaced = nameOf(kind);
    const others = this.#versions.filter(
      ({ stored }) => stored === undefined || groupResourceText(stored) !== replaced,
    );
    this.#versions = inDiscoveryOrder([...others, ...versions]);
  }
}

function historyBudgetOf({ config, meter }: Pick<LiveKindParts, 'config' | 'meter'>): HistoryBudget {
  const { used, bound } = historyBudgetMetrics(meter);
  const maxBytes = config.maxWatchCacheBytes;
  bound.set(maxBytes);
  return new HistoryBudget({ maxBytes, windowMs: defaultHistoryOptions.windowMs, used });
}

const nameOf = ({ stored }: Kind): string => groupResourceText(stored);

const pathOf = ({ group, version, resource }: Pick<ServedVersion, 'group' | 'version' | 'resource'>): string =>
  `${group}/${version}/${resource}`;
