/** A page of 500 rows: made anew, and with rows that are kept, of which only the ages are written. */
import { bench, do_not_optimize, group } from 'mitata';
import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import type { ServedVersion } from '../../src/api/served-version.ts';
import { asRevision } from '../../src/base/revision.ts';
import { BufferTurns, PieceBuffers } from '../../src/encoding/piece-buffers.ts';
import type { TableOptions } from '../../src/encoding/table.ts';
import { tableList } from '../../src/encoding/table-list.ts';
import { TableRows } from '../../src/encoding/table-rows.ts';
import { storedObject } from './objects.ts';

const served = builtInKinds()
  .flatMap(({ versions }) => versions)
  .find(({ resource }) => resource === 'configmaps') as ServedVersion;
const items = Array.from({ length: 500 }, (_, n) => storedObject(n, n + 1));
const list = { items, revision: asRevision(1_000), continue: '', remainingItemCount: undefined };
const buffers = new PieceBuffers();
const kept = new TableRows(16 * 2 ** 20);
const none = new TableRows(0);

function page(rows: TableRows, includeObject: TableOptions['includeObject']): number {
  const turns = new BufferTurns(buffers);
  let bytes = 0;
  for (const piece of tableList(served, list, { version: 'v1', includeObject }, rows, Date.now()).pieces(turns)) {
    bytes += piece.length;
  }
  turns.release();
  return bytes;
}

group('500 rows of a Table', () => {
  bench('made anew', () => do_not_optimize(page(none, 'Metadata')));
  for (const includeObject of ['Metadata', 'None', 'Object'] as const) {
    bench(`kept, with ${includeObject}`, () => do_not_optimize(page(kept, includeObject)));
  }
});
