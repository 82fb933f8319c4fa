import type { ServedVersion } from '../api/served-version.ts';
import type { ListResult } from '../registry/rest-storage.ts';
import { listMetadata, type WrittenBody } from './list-body.ts';
import type { Turns } from './piece-buffers.ts';
import { columnDefinitions, type Shown, shownBy, type TableOptions, tableHead, tableTail } from './table.ts';
import type { TableRows } from './table-rows.ts';

/** A list as a Table. `now` is milliseconds since the epoch. */
export const tableList = (
  served: ServedVersion,
  list: ListResult,
  options: TableOptions,
  rows: TableRows,
  now: number,
): WrittenBody => ({
  pieces: (turns) => tablePieces(served, list, options, rows, now, turns),
});

function* tablePieces(
  served: ServedVersion,
  list: ListResult,
  options: TableOptions,
  rows: TableRows,
  now: number,
  turns: Turns,
): Generator<Buffer> {
  const { size } = turns;
  const { items } = list;
  const rowFor = rows.of(served, items.length);
  const shownOf = shownBy(served, options);
  let buffer = turns.next();
  let at = 0;
  let text = Buffer.from(tableHead(options.version, listMetadata(list), columnDefinitions(served))).toString('latin1');
  // What closes a row is written together with what begins the next: one text and one stretch of bytes for each.
  for (let i = 0; i <= items.length; i++) {
    const object = items[i];
    let shown = none;
    if (object === undefined) {
      text += `${tableTail}\n`;
    } else {
      const row = rowFor(object);
      shown = shownOf(object, row);
      text += (i === 0 ? '' : ',') + row.text(now) + shown.opening;
    }
    const { bytes, start, end, closing } = shown;
    const length = text.length + end - start;
    if (at > 0 && at + length > size) {
      yield buffer.subarray(0, at);
      buffer = turns.next();
      at = 0;
    }
    if (length > size) {
      yield* cut(Buffer.concat([Buffer.from(text, 'latin1'), bytes.subarray(start, end)]), size);
    } else {
      at += buffer.write(text, at, 'latin1');
      at += bytes.copy(buffer, at, start, end);
    }
    text = closing;
  }
  if (at > 0) yield buffer.subarray(0, at);
}

const none: Shown = { opening: '', bytes: Buffer.alloc(0), start: 0, end: 0, closing: '' };

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
