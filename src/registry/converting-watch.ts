import { asRevision } from '../base/revision.ts';
import { SharedBatch } from '../dispatch/frame-batch.ts';
import type { FrameBatch, FrameSink } from '../dispatch/frame-sink.ts';
import type { EventType, View } from '../dispatch/view.ts';
import type { WatcherHandle } from '../dispatch/watcher-handle.ts';
import { parseJson } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, stringAt } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { internalError } from '../machinery/status-errors.ts';
import { objectKey } from '../translate/object-key.ts';
import { encodeForClients } from '../translate/object-layout.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { StoredObject } from '../translate/stored-object.ts';
import type { OpenSink } from './store-context.ts';
import { UnreadableObjectError } from './unreadable.ts';
import type { VersionForms } from './version-forms.ts';

/** What no frame of a client begins with: an event whose object has to be converted first. */
const owedMark = 0;

/**
 * A watch in a version for which somebody may have to be asked, between the dispatcher and the client. Frames are made at
 * once, as for all other watches; a frame whose object is not known in that version is a note of the event in its place,
 * and the sink, which stands before the client's own, has it made before it passes anything on. Meanwhile the watcher is one
 * that is slow: it holds one batch, and reads on from history.
 */
export class ConvertingWatch {
  readonly view: View;
  readonly #inner: View;
  readonly #forms: VersionForms;
  /** What was made of batches that watchers share. */
  readonly #made: WeakMap<FrameBatch, Promise<FrameBatch>>;

  constructor(inner: View, forms: VersionForms, shape: ObjectShape, made: WeakMap<FrameBatch, Promise<FrameBatch>>) {
    this.#inner = inner;
    this.#forms = forms;
    this.#made = made;
    this.view = {
      id: `${inner.id} ${forms.apiVersion}`,
      firstDiffers: inner.firstDiffers,
      event: (type, object, first) => {
        const known = forms.known(object);
        return known === undefined ? owed(type, object, first) : inner.event(type, known, first);
      },
      bookmark: (revision, end, first) => inner.bookmark(revision, end, first),
      error: (status) => inner.error(status),
    };
    this.#shapes = new Map([shape, ...(shape.alternatives ?? [])].map((each) => [each.apiVersion, each]));
  }
  readonly #shapes: ReadonlyMap<string, ObjectShape>;

  /** `openSink`, with the sink before it. */
  opening(openSink: OpenSink): OpenSink {
    return (watcher) => {
      let sink: ConvertingSink | undefined;
      const inner = openSink({
        drained: () => sink?.innerDrained(),
        close: (reason) => watcher.close(reason),
        fail: (status) => watcher.fail(status),
      });
      sink = new ConvertingSink(inner, watcher, (batch) => this.#converted(batch));
      return sink;
    };
  }

  /** The batch itself where nothing is owed in it. */
  #converted(batch: FrameBatch): FrameBatch | Promise<FrameBatch> {
    if (!batch.frames.some(isOwed)) return batch;
    let made = this.#made.get(batch);
    if (made === undefined) this.#made.set(batch, (made = this.#convert(batch)));
    return made;
  }

  async #convert({ frames }: FrameBatch): Promise<FrameBatch> {
    const notes = frames.map((frame) => (isOwed(frame) ? this.#read(frame) : undefined));
    const objects = (await this.#forms.all(notes.flatMap((note) => note?.object ?? []))).values();
    return SharedBatch.ofAll(
      frames.map((frame, index) => {
        const note = notes[index];
        const object = note && objects.next().value;
        return note === undefined || object === undefined ? frame : this.#inner.event(note.type, object, note.first);
      }),
    );
  }

  #read(frame: Buffer): { readonly type: EventType; readonly object: StoredObject; readonly first: boolean } {
    const end = frame.indexOf(newline);
    const [type, first, createRevision] = frame.toString('latin1', 1, end).split(' ');
    const { value } = parseJson(frame.subarray(end + 1));
    const shape = isJsonObject(value) ? this.#shapes.get(stringAt(value, 'apiVersion')) : undefined;
    if (shape === undefined) throw new TypeError('an event is of an object of its kind');
    const json = value as JsonObject;
    const [namespace, name] = [metadataField(json, 'namespace'), metadataField(json, 'name')];
    const revision = asRevision(Number(metadataField(json, 'resourceVersion')));
    const object = new StoredObject({
      shape,
      key: objectKey(shape, { namespace, name }),
      namespace,
      name,
      revision,
      createRevision: asRevision(Number(createRevision)),
      bytes: encodeForClients(shape, json, revision),
    });
    return { type: type as EventType, object, first: first === '1' };
  }
}

const newline = 0x0a;

const isOwed = (frame: Buffer): boolean => frame[0] === owedMark;

const owed = (type: EventType, { bytes, createRevision }: StoredObject, first: boolean): Buffer =>
  Buffer.concat([Buffer.from(`\0${type} ${first ? 1 : 0} ${createRevision}\n`, 'latin1'), bytes]);

/** Passes batches on in their order, each when all of it is there. Holds one, and what ends the watch. */
class ConvertingSink implements FrameSink {
  readonly #inner: FrameSink;
  readonly #watcher: WatcherHandle;
  readonly #converted: (batch: FrameBatch) => FrameBatch | Promise<FrameBatch>;
  /** What is behind the batch that is being made: whoever ends a watch does so at once. */
  readonly #behind: FrameBatch[] = [];
  #waits = false;
  #ended = false;
  #broken = false;

  constructor(
    inner: FrameSink,
    watcher: WatcherHandle,
    converted: (batch: FrameBatch) => FrameBatch | Promise<FrameBatch>,
  ) {
    this.#inner = inner;
    this.#watcher = watcher;
    this.#converted = converted;
  }

  write(batch: FrameBatch): boolean {
    if (this.#waits) {
      this.#behind.push(batch);
      return false;
    }
    const made = this.#converted(batch);
    if (!(made instanceof Promise)) return this.#inner.write(made);
    this.#waits = true;
    made.then(
      (whole) => this.#passOn(whole),
      (error: unknown) => this.#fail(error),
    );
    return false;
  }

  end(): void {
    this.#ended = true;
    if (!this.#waits) this.#inner.end();
  }

  innerDrained(): void {
    if (!this.#waits) this.#watcher.drained();
  }

  #passOn(batch: FrameBatch): void {
    let takesMore = this.#inner.write(batch);
    this.#waits = false;
    for (let next = this.#behind.shift(); next !== undefined; next = this.#behind.shift()) {
      takesMore = this.write(next);
      if (this.#waits) return;
    }
    if (this.#ended) this.#inner.end();
    else if (takesMore) this.#watcher.drained();
  }

  /** What is behind it cannot be told without it. */
  #fail(error: unknown): void {
    this.#waits = false;
    this.#behind.length = 0;
    if (this.#broken) return;
    this.#broken = true;
    if (this.#ended) return this.#inner.end();
    const why = error instanceof UnreadableObjectError ? error.value.reason : String(error);
    this.#watcher.fail(internalError(`unable to decode watch event: ${why}`).status);
  }
}
