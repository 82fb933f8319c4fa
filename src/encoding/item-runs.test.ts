import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asRevision } from '../base/revision.ts';
import { StoredObject, withResourceVersion } from '../translate/stored-object.ts';
import { ItemRuns } from './item-runs.ts';

const shape = { kind: 'ConfigMap', apiVersion: 'v1', keyPrefix: '/registry/configmaps/', namespaced: true };

function objectOf(index: number, revision: number, padding = 0): StoredObject {
  const name = `cm-${String(index).padStart(5, '0')}`;
  const metadata = JSON.stringify({ name, labels: { pad: 'x'.repeat(padding) } });
  const value = Buffer.from(`{"kind":"ConfigMap","apiVersion":"v1","metadata":${metadata}}`);
  return new StoredObject({
    shape,
    key: `/registry/configmaps/ns/${name}`,
    namespace: 'ns',
    name,
    revision: asRevision(revision),
    createRevision: asRevision(1),
    bytes: withResourceVersion(shape, value, asRevision(revision)),
  });
}

/** The obvious thing. */
const joined = (items: readonly StoredObject[]): string =>
  items.map(({ bytes, itemStart }) => `{${bytes.toString('utf8', itemStart)}`).join(',');

/** As late as may be: each part is taken when the one after it is there, and not later. */
function textOfParts(parts: Iterable<Buffer>): string {
  let text = '';
  let before: Buffer = Buffer.alloc(0);
  for (const part of parts) {
    text += before.toString();
    before = part;
  }
  return text + before.toString();
}

const textOf = (runs: ItemRuns, items: readonly StoredObject[]): string => textOfParts(runs.join(items).parts);

describe('endpoints/response/item-runs', () => {
  test('whatever was listed before, a list is its items joined by commas, within the bound', () => {
    const change = fc.record({ index: fc.nat(599), padding: fc.nat(40), gone: fc.boolean() });
    const look = fc.record({ changes: fc.array(change, { maxLength: 5 }), from: fc.nat(600), count: fc.nat(600) });
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 8 }), fc.nat(200_000), (looks, maxBytes) => {
        const runs = new ItemRuns(maxBytes);
        const objects = new Map(Array.from({ length: 600 }, (_, i) => [i, objectOf(i, 1)]));
        let revision = 1;
        for (const { changes, from, count } of looks) {
          for (const { index, padding, gone } of changes) {
            if (gone) objects.delete(index);
            else objects.set(index, objectOf(index, ++revision, padding));
          }
          const all = [...objects].sort(([a], [b]) => a - b).map(([, object]) => object);
          const items = all.slice(from, from + count);
          const { length, parts } = runs.join(items);
          const text = textOfParts(parts);
          expect(text).toBe(joined(items));
          expect(length).toBe(Buffer.byteLength(text));
          expect(runs.bytes).toBeLessThanOrEqual(maxBytes);
        }
      }),
    );
  });

  test('a list that is asked for again is the same buffers; one changed object costs one run', () => {
    const runs = new ItemRuns(1 << 20);
    const items = Array.from({ length: 2000 }, (_, i) => objectOf(i, 1));
    const first = [...runs.join(items).parts];
    const again = [...runs.join(items).parts];
    const owner = (part: Buffer) => part.buffer;
    expect(first.length).toBeGreaterThan(5);
    expect(again.map(owner)).toEqual(first.map(owner));

    const changed = items.with(1000, objectOf(1000, 2));
    const after = [...runs.join(changed).parts].map(owner);
    expect(after.filter((buffer, i) => buffer !== first[i]?.buffer)).toHaveLength(1);
  });

  test('an object that comes leaves all other runs as they were', () => {
    const runs = new ItemRuns(1 << 20);
    const items = Array.from({ length: 2000 }, (_, i) => objectOf(2 * i, 1));
    const before = new Set([...runs.join(items).parts].map(({ buffer }) => buffer));
    const after = [...runs.join(items.toSpliced(700, 0, objectOf(1399, 2))).parts];
    expect(after.filter(({ buffer }) => !before.has(buffer)).length).toBeLessThanOrEqual(2);
  });

  test('pages and the whole list do not drive out each other', () => {
    const runs = new ItemRuns(1 << 20);
    const items = Array.from({ length: 2000 }, (_, i) => objectOf(i, 1));
    const lists = [items, items.slice(0, 500), items.slice(500, 1000), items.slice(0, 100)];
    const look = () => lists.map((list) => [...runs.join(list).parts].map(({ buffer }) => buffer));
    const [first, again] = [look(), look()];
    expect(again.flat().every((buffer, i) => buffer === first.flat()[i])).toBe(true);
  });

  test('large objects do not make a run without end', () => {
    const runs = new ItemRuns(1 << 24);
    const items = Array.from({ length: 40 }, (_, i) => objectOf(i, 1, 100_000));
    const parts = [...runs.join(items).parts];
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(640 * 1024);
    expect(Buffer.concat(parts).toString()).toBe(joined(items));
  });

  test('nothing is kept of a list beyond half the bound, nor of any with a bound of 0', () => {
    const items = Array.from({ length: 500 }, (_, i) => objectOf(i, 1));
    for (const maxBytes of [0, Buffer.byteLength(joined(items))]) {
      const runs = new ItemRuns(maxBytes);
      expect(textOf(runs, items)).toBe(joined(items));
      expect(runs.bytes).toBe(0);
    }
  });

  test('what is not kept is joined in two buffers that take turns, also where an object is larger than they are', () => {
    const sizes = [10, 300_000, 20, 10, 500_000, 10];
    const items = Array.from({ length: 600 }, (_, i) => objectOf(i, 1, i < sizes.length ? sizes[i] : 1_000));
    const runs = new ItemRuns(0);
    expect(textOf(runs, items)).toBe(joined(items));
    const small = items.slice(sizes.length);
    const owners = [...runs.join(small).parts].map(({ buffer }) => buffer);
    expect(owners.length).toBeGreaterThan(3);
    expect(new Set(owners).size).toBe(2);
  });

  test('no items, no parts', () => {
    const { length, parts } = new ItemRuns(1 << 20).join([]);
    expect([...parts]).toEqual([]);
    expect(length).toBe(0);
  });
});
