import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wildObject } from '../../test/support/wild-object.ts';
import { builtInKinds } from '../api/built-in-kinds.ts';
import type { Kind } from '../api/kind.ts';
import { textThen } from '../api/printing/aging-text.ts';
import type { ServedVersion } from '../api/served-version.ts';
import { shapeOf } from '../api/stored-kind.ts';
import { type Clock, realClock } from '../base/clock.ts';
import { asRevision } from '../base/revision.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import { isJsonObject, type JsonObject } from '../machinery/json-value.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { encodeForClients } from '../translate/object-layout.ts';
import { StoredObject } from '../translate/stored-object.ts';
import { type WrittenBody, wholeBody } from './list-body.ts';
import { partialMetadata } from './partial-metadata.ts';
import { columnDefinitions, type TableOptions } from './table.ts';
import { tableList } from './table-list.ts';
import { TableRows } from './table-rows.ts';
import { tableView } from './table-view.ts';
import { inVersion } from './versioned-object.ts';

const optionsOfAll: readonly TableOptions[] = (['v1', 'v1beta1'] as const).flatMap((version) =>
  (['None', 'Metadata', 'Object'] as const).map((includeObject) => ({ version, includeObject })),
);

const epoch = Date.parse('2026-01-01T00:00:00Z');
const times = fc.integer({ min: -5_000, max: 400_000_000_000 }).map((ms) => epoch + ms);
const texts = fc.oneof(
  fc.integer({ min: -10_000, max: 10_000 }).map((ms) => new Date(epoch + ms).toISOString()),
  fc.constant('2026-01-01T00:00:00Z'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);

function objectOf({ stored }: Kind, content: JsonObject, revision: number): StoredObject {
  const shape = shapeOf(stored, '');
  const metadata = isJsonObject(content['metadata']) ? content['metadata'] : {};
  return new StoredObject({
    shape,
    key: `${shape.keyPrefix}ns/${revision}`,
    namespace: 'ns',
    name: String(revision),
    revision: asRevision(revision),
    createRevision: asRevision(1),
    bytes: encodeForClients(shape, { ...content, metadata: { name: 'é<', ...metadata } }, asRevision(revision)),
  });
}

/** A row by what its columns say, with nothing kept. */
function rowText(served: ServedVersion, object: StoredObject, options: TableOptions, now: number): string {
  const parsed = object.parse();
  const cells = served.columns.map(({ cell }) => {
    const made = cell(parsed);
    return typeof made === 'object' && made !== null ? textThen(made, now) : made;
  });
  const conditions = served.rowConditions?.(parsed) ?? [];
  const more = conditions.length === 0 ? '' : `,"conditions":${encodeJson(conditions as unknown as JsonObject[])}`;
  const shown = {
    None: () => 'null',
    Metadata: () => partialMetadata(object, options.version).toString(),
    Object: () => inVersion(served, object).bytes.toString(),
  }[options.includeObject]();
  return `{"cells":${encodeJson(cells)}${more},"object":${shown}}`;
}

const head = ({ version }: TableOptions, revision: number, columns: string) =>
  `{"kind":"Table","apiVersion":"meta.k8s.io/${version}","metadata":{"resourceVersion":"${revision}"},"columnDefinitions":${columns},"rows":[`;

const at = (now: number): Clock => ({ ...realClock, wallTime: () => now });

const listOf = (items: readonly StoredObject[]) => ({
  items,
  revision: asRevision(9),
  continue: '',
  remainingItemCount: undefined,
});

/** Each piece is looked at as late as may be: when its buffer is about to be written to again. */
function piecesOf(body: WrittenBody, size: number): string {
  const buffers = [Buffer.alloc(size), Buffer.alloc(size)];
  let turn = 0;
  const taken: Buffer[] = [];
  let before: Buffer = Buffer.alloc(0);
  for (const piece of body.pieces({ size, next: () => buffers[turn++ % 2] as Buffer })) {
    expect(piece.length).toBeLessThanOrEqual(size);
    taken.push(Buffer.from(before));
    before = piece;
  }
  return Buffer.concat([...taken, before]).toString();
}

describe('a Table', () => {
  test('has the rows that its columns make of the objects, at any time, in any form, however often', () => {
    for (const kind of builtInKinds()) {
      const schema = kubernetesSchema().byKind(kind.stored, kind.stored.kind);
      expect.assert(schema);
      const contents = fc.gen().map((draw) => wildObject(schema, draw, () => draw(() => texts)) as JsonObject);
      fc.assert(
        fc.property(
          fc.array(contents, { maxLength: 4 }),
          fc.array(times, { minLength: 2, maxLength: 3 }),
          (all, nows) => {
            const items = all.map((content, i) => objectOf(kind, content, i + 1));
            const rows = new TableRows(2 ** 20);
            for (const [served, options] of kind.versions.flatMap((one) =>
              optionsOfAll.map((o) => [one, o] as const),
            )) {
              for (const [round, now] of nows.entries()) {
                const expected = items.map((object) => rowText(served, object, options, now));
                const body = tableList(served, listOf(items), options, rows, now);
                const wanted = `${head(options, 9, columnDefinitions(served))}${expected.join(',')}]}\n`;
                expect(piecesOf(body, [300, 5_000][round] ?? 100_000)).toBe(wanted);
                const view = tableView(served, options, at(now), rows);
                for (const [i, object] of items.entries()) {
                  const frame = `{"type":"ADDED","object":${head(options, i + 1, 'null')}${expected[i]}]}}\n`;
                  expect(view.event('ADDED', object, false).toString()).toBe(frame);
                }
              }
            }
          },
        ),
        { numRuns: 5 },
      );
    }
  });

  test('is whole when it is asked for whole', () => {
    const [kind] = builtInKinds();
    expect.assert(kind?.versions[0]);
    const items = [objectOf(kind, { data: 'x'.repeat(400_000) }, 1), objectOf(kind, {}, 2)];
    const options = { version: 'v1', includeObject: 'Object' } as const;
    const body = () => tableList(kind.versions[0] as ServedVersion, listOf(items), options, new TableRows(0), epoch);
    expect(wholeBody(body()).toString() === piecesOf(body(), 70_000)).toBe(true);
    expect(JSON.parse(wholeBody(body()).toString())).toMatchObject({ rows: [{}, {}] });
  });
});
