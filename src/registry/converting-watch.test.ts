import { expect, test } from 'vitest';
import type { AskedConversion } from '../api/served-version.ts';
import { asRevision } from '../base/revision.ts';
import { SharedBatch } from '../dispatch/frame-batch.ts';
import type { FrameBatch, FrameSink } from '../dispatch/frame-sink.ts';
import type { View } from '../dispatch/view.ts';
import type { WatcherHandle } from '../dispatch/watcher-handle.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { encodeForClients } from '../translate/object-layout.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { StoredObject } from '../translate/stored-object.ts';
import { ConvertedObjects } from './converted-objects.ts';
import { ConvertingWatch } from './converting-watch.ts';
import { VersionForms } from './version-forms.ts';

const shapeOf = (apiVersion: string): ObjectShape => ({
  kind: 'Crow',
  apiVersion,
  keyPrefix: '/crows/',
  namespaced: false,
});
const stored = shapeOf('e/v1');
const shape: ObjectShape = { ...shapeOf('e/v2'), alternatives: [stored] };

const crow = (name: string, revision: number, own = stored) =>
  new StoredObject({
    shape: own,
    key: `/crows/${name}`,
    namespace: '',
    name,
    revision: asRevision(revision),
    createRevision: asRevision(1),
    bytes: encodeForClients(own, { metadata: { name } }, asRevision(revision)),
  });

/** As text: `ADDED a@1 e/v2`. */
const view: View = {
  id: 'text',
  firstDiffers: false,
  event: (type, { name, revision, shape }) => Buffer.from(`${type} ${name}@${revision} ${shape.apiVersion}\n`),
  bookmark: (revision) => Buffer.from(`BOOKMARK ${revision}\n`),
  error: ({ message = '' }) => Buffer.from(`ERROR ${message}\n`),
};

/** A client whose webhook answers when the test says so. */
class Bench {
  readonly sent: string[] = [];
  readonly asked: { readonly names: readonly string[]; answer(): void; fail(why: string): void }[] = [];
  readonly told: string[] = [];
  takesMore = true;
  ended = false;
  readonly view: View;
  readonly sink: FrameSink;
  inner: WatcherHandle | undefined;

  constructor() {
    const convert: AskedConversion['convert'] = (objects) =>
      new Promise((resolve, reject) => {
        this.asked.push({
          names: objects.map(({ metadata }) => (metadata as { name: string }).name),
          answer: () => resolve(objects.map((object): JsonObject => ({ ...object, apiVersion: 'e/v2' }))),
          fail: (why) => reject(new Error(why)),
        });
      });
    const forms = new VersionForms({ asked: { convert }, shape, storageShape: stored, memory: new ConvertedObjects() });
    const watch = new ConvertingWatch(view, forms, shape, new WeakMap());
    this.view = watch.view;
    const watcher: WatcherHandle = {
      drained: () => void this.told.push('drained'),
      close: (reason) => void this.told.push(reason),
      fail: ({ message = '' }) => void this.told.push(message),
    };
    const open = watch.opening((inner) => {
      this.inner = inner;
      return {
        write: ({ body }: FrameBatch) => {
          this.sent.push(...body.toString().trimEnd().split('\n'));
          return this.takesMore;
        },
        end: () => {
          this.ended = true;
        },
      };
    });
    this.sink = open(watcher);
  }

  write(...objects: readonly StoredObject[]): boolean {
    return this.sink.write(SharedBatch.ofAll(objects.map((object) => this.view.event('ADDED', object, false))));
  }

  bookmark(revision: number): boolean {
    return this.sink.write(SharedBatch.of(this.view.bookmark(asRevision(revision), false, false)));
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('what is in the version already, or is known in it, goes straight on', async () => {
  const bench = new Bench();
  expect(bench.write(crow('a', 2, shape))).toBe(true);
  expect(bench.write(crow('b', 3))).toBe(false);
  bench.asked[0]?.answer();
  await settled();
  expect(bench.write(crow('b', 3))).toBe(true);
  bench.takesMore = false;
  expect(bench.write(crow('b', 3))).toBe(false);
  expect(bench.sent).toEqual(['ADDED a@2 e/v2', ...Array.from({ length: 3 }, () => 'ADDED b@3 e/v2')]);
  expect([bench.asked.length, bench.told]).toEqual([1, ['drained']]);
});

test('what is owed is asked about at once, and nothing overtakes it', async () => {
  const bench = new Bench();
  expect(bench.write(crow('a', 2), crow('x', 3, shape), crow('b', 4))).toBe(false);
  expect(bench.bookmark(5)).toBe(false);
  expect(bench.write(crow('c', 6))).toBe(false);
  bench.sink.end();
  expect([bench.sent, bench.ended]).toEqual([[], false]);
  expect(bench.asked.map(({ names }) => names)).toEqual([['a', 'b']]);
  bench.asked[0]?.answer();
  await settled();
  expect(bench.sent).toEqual(['ADDED a@2 e/v2', 'ADDED x@3 e/v2', 'ADDED b@4 e/v2', 'BOOKMARK 5']);
  bench.asked[1]?.answer();
  await settled();
  expect([bench.sent.at(-1), bench.ended, bench.told]).toEqual(['ADDED c@6 e/v2', true, []]);
});

test('the watcher hears that there is room when there is, of both', async () => {
  const bench = new Bench();
  bench.takesMore = false;
  bench.write(crow('a', 2));
  bench.inner?.drained();
  expect(bench.told).toEqual([]);
  bench.asked[0]?.answer();
  await settled();
  expect(bench.told).toEqual([]);
  bench.inner?.drained();
  expect(bench.told).toEqual(['drained']);
});

test('what cannot be had ends the watch, with the reason, and nothing behind it is told', async () => {
  const bench = new Bench();
  bench.write(crow('a', 2));
  bench.bookmark(3);
  bench.asked[0]?.fail('no way');
  await settled();
  expect([bench.sent, bench.told]).toEqual([[], ['Internal error occurred: unable to decode watch event: no way']]);
});
