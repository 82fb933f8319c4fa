import { silentMeter } from '../../src/base/meter.ts';
import { asRevision } from '../../src/base/revision.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import type { DispatcherOptions } from '../../src/dispatch/dispatcher-options.ts';
import type { WatchSpec, WatchStart } from '../../src/dispatch/watch-spec.ts';
import { jsonView } from '../../src/encoding/json-view.ts';
import { type JsonObject, objectAt } from '../../src/machinery/json-value.ts';
import { parseFieldSelector } from '../../src/machinery/selector/field-selector.ts';
import { parseLabelSelector } from '../../src/machinery/selector/label-selector.ts';
import type { ObjectShape } from '../../src/translate/object-shape.ts';
import type { StoredObject } from '../../src/translate/stored-object.ts';
import type { HistoryOptions } from '../../src/watchcache/history.ts';
import { RecordingSink } from './recording-sink.ts';
import { CacheFixture, configMaps, deleteChange, putChange, storedObject } from './watch-cache.ts';

export interface OpenOptions {
  readonly namespace?: string;
  readonly name?: string;
  readonly labels?: string;
  readonly fields?: string;
  /** 'state', the default 'now', or a revision to go on after. */
  readonly from?: 'state' | 'now' | number;
  readonly bookmarks?: boolean;
  readonly initialEventsEnd?: boolean;
  readonly timeoutMs?: number;
  readonly view?: WatchSpec['view'];
}

/** The object with the name and namespace of its path. */
export function named(path: string, object: JsonObject = {}): JsonObject {
  const [namespace = '', name = ''] = path.includes('/') ? path.split('/') : ['', path];
  const metadata = { name, ...(namespace === '' ? {} : { namespace }), ...objectAt(object, 'metadata') };
  return { ...object, metadata };
}

export const labelled = (labels: Record<string, string>): JsonObject => ({ metadata: { labels } });

const hourMs = 3_600_000;

/** A real cache and a dispatcher on it, with a clock and a stream moved by hand. Its list was taken at revision 1. */
export class DispatchFixture extends CacheFixture {
  readonly dispatcher: Dispatcher;
  readonly shape: ObjectShape;
  readonly sinks: RecordingSink[] = [];
  #revision = 1;

  constructor(
    options: Partial<DispatcherOptions> & {
      readonly history?: Partial<HistoryOptions>;
      readonly listed?: readonly [path: string, object?: JsonObject][];
    } = {},
  ) {
    const { history, listed = [], shape = configMaps, ...rest } = options;
    super(history === undefined ? {} : { history });
    this.shape = shape;
    this.list(
      listed.map(([path, object]) => storedObject(path, 1, named(path, object), 1, shape)),
      1,
    );
    this.dispatcher = new Dispatcher({
      group: '',
      version: 'v1',
      resource: 'configmaps',
      shape,
      cache: this.cache,
      clock: this.clock,
      random: () => 0,
      meter: silentMeter,
      ...rest,
    });
  }

  get revision(): number {
    return this.#revision;
  }

  /** Writes and dispatches, without ending the turn. Returns the revision. */
  put(path: string, object: JsonObject = {}): number {
    const revision = ++this.#revision;
    const event = this.apply(putChange(path, revision, named(path, object), revision, this.shape));
    if (event !== undefined) this.dispatcher.dispatch(event);
    return revision;
  }

  delete(path: string): number {
    const revision = ++this.#revision;
    const event = this.apply(deleteChange(path, revision, this.shape));
    if (event !== undefined) this.dispatcher.dispatch(event);
    return revision;
  }

  /** The store wrote something to another resource. */
  progress(): number {
    this.position.advance(asRevision(++this.#revision));
    return this.#revision;
  }

  relist(objects: readonly StoredObject[], revision: number): void {
    this.#revision = revision;
    for (const event of this.cache.replace(objects, asRevision(revision))) this.dispatcher.dispatch(event);
    this.position.advance(asRevision(revision));
  }

  endTurn(): void {
    this.clock.endTurn();
  }

  startAt(from: OpenOptions['from']): WatchStart {
    const { history } = this.cache;
    if (from === 'state') return { from: 'state', snapshot: this.cache.snapshot(), index: history.endIndex };
    const after = asRevision(typeof from === 'number' ? from : this.#revision);
    const index = history.indexAfter(after);
    if (index === undefined) throw new Error(`history does not reach back to ${after}`);
    return { from: 'history', index, after };
  }

  spec(options: OpenOptions): WatchSpec {
    return {
      scope: { namespace: options.namespace, name: options.name },
      labels: parseLabelSelector(options.labels ?? ''),
      fields: parseFieldSelector(options.fields ?? '', ['data.node']),
      view: options.view ?? jsonView(this.shape),
      start: this.startAt(options.from ?? 'now'),
      bookmarks: options.bookmarks ?? false,
      initialEventsEnd: options.initialEventsEnd ?? false,
      timeoutMs: options.timeoutMs ?? hourMs,
    };
  }

  /** `prepare` sees the sink before the watcher does. */
  watch(options: OpenOptions = {}, prepare: (sink: RecordingSink) => void = () => {}): RecordingSink {
    let opened: RecordingSink | undefined;
    this.dispatcher.open(this.spec(options), (watcher) => {
      opened = new RecordingSink(watcher);
      prepare(opened);
      return opened;
    });
    if (opened === undefined) throw new Error('no sink was opened');
    this.sinks.push(opened);
    return opened;
  }
}
