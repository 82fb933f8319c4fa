import { silentMeter } from '../../src/base/meter.ts';
import { asRevision, type Revision } from '../../src/base/revision.ts';
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
import type { ObjectEvent } from '../../src/watchcache/object-event.ts';
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

  /** Several writes in one revision; `undefined` deletes. The revision is reached when all were dispatched. */
  transact(writes: readonly (readonly [path: string, object: JsonObject | undefined])[]): number {
    const revision = this.#revision + 1;
    for (const [n, [path, object]] of writes.entries()) {
      const change =
        object === undefined
          ? deleteChange(path, revision, this.shape)
          : putChange(path, revision, named(path, object), revision, this.shape);
      const event = this.cache.apply(change);
      if (event !== undefined) this.dispatcher.dispatch(event, n < writes.length - 1);
    }
    this.#revision = revision;
    this.position.advance(asRevision(revision));
    return revision;
  }

  /** All of the difference is in history before the first of it is dispatched. */
  relist(objects: readonly StoredObject[], revision: number): void {
    this.#revision = revision;
    const taken: (readonly [event: ObjectEvent, more: boolean])[] = [];
    this.cache.replace(objects, asRevision(revision), { taken: (event, more) => taken.push([event, more]) });
    for (const [event, more] of taken) this.dispatcher.dispatch(event, more);
    this.position.advance(asRevision(revision));
  }

  endTurn(): void {
    this.clock.endTurn();
  }

  startAt(from: OpenOptions['from']): WatchStart {
    const { history } = this.cache;
    if (from === 'state') return { from: 'state', snapshot: this.cache.snapshot(), index: history.endIndex };
    const after: Revision = asRevision(typeof from === 'number' ? from : this.#revision);
    const point = history.resumeAfter(after);
    if (point === undefined) throw new Error(`history does not reach back to ${after}`);
    return { from: 'history', ...point };
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
