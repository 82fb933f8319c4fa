import type { AgingText } from '../api/printing/aging-text.ts';
import { humanDuration } from '../api/printing/human-duration.ts';
import type { Cell, PrinterColumn } from '../api/printing/printer-column.ts';
import type { Served } from '../api/served-version.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { metadataEnd } from './metadata-bytes.ts';

/** What a row's strings, numbers and lists take in V8 beside their characters, about. */
const overheadBytes = 192;

/**
 * A row of a Table up to what it shows of its object: `{"cells":["a","3","5m"],"object":`. All of it is encoded but the
 * ages, which are written anew each time.
 *
 * Text is UTF-8 with a character for each byte ('latin1'): V8 keeps it in as many bytes, its length is that of the bytes,
 * and writing it is a copy. `texts` has one more than `since`, in milliseconds since the epoch: an age is between two.
 */
export class TableRow {
  /** Where the metadata ends in the object's bytes: what a row shows of its object, if nothing else is asked for. */
  readonly metadataEnd: number;
  /** What it takes in memory, about. */
  readonly size: number;
  readonly #texts: readonly string[];
  readonly #since: readonly number[];

  constructor(texts: readonly string[], since: readonly number[], metadataEnd: number) {
    this.metadataEnd = metadataEnd;
    this.#texts = texts;
    this.#since = since;
    this.size = texts.reduce((size, { length }) => size + length, overheadBytes);
  }

  /** `now` is in milliseconds since the epoch. */
  text(now: number): string {
    const texts = this.#texts;
    let text = texts[0] ?? '';
    for (let i = 0; i < this.#since.length; i++) text += ageText(now - (this.#since[i] ?? 0)) + (texts[i + 1] ?? '');
    return text;
  }
}

/** An age inside of a JSON string: `<invalid>` alone needs escaping. */
function ageText(ms: number): string {
  const age = humanDuration(ms);
  return age.startsWith('<') ? inString(age) : age;
}

const inString = (text: string): string => encodeJson(text).slice(1, -1);
const asBytes = (text: string): string => Buffer.from(text).toString('latin1');

/** The row of an object of the hub's version: cells are the same in all versions. */
export const rowOfObject = (served: Served, object: StoredObject): TableRow =>
  rowOf(served, object.parse(), metadataEnd(object));

/** The row of a parsed object. */
export function rowOf(served: Served, object: JsonObject, metadataEnd: number): TableRow {
  const texts: string[] = [];
  const since: number[] = [];
  let text = '{"cells":[';
  served.columns.forEach((column, i) => {
    if (i > 0) text += ',';
    const cell = cellOf(column, object);
    if (!isAging(cell)) {
      text += encodeJson(cell);
      return;
    }
    texts.push(asBytes(`${text}"${inString(cell.before)}`));
    since.push(cell.since);
    text = `${inString(cell.after)}"`;
  });
  const conditions = served.rowConditions?.(object) ?? [];
  const more = conditions.length === 0 ? '' : `,"conditions":${JSON.stringify(conditions)}`;
  texts.push(asBytes(`${text}]${more},"object":`));
  return new TableRow(texts, since, metadataEnd);
}

const isAging = (cell: Cell): cell is AgingText => typeof cell === 'object' && cell !== null;

/** What a column cannot make of an object is null: one odd object must not cost the client the whole list. */
function cellOf({ cell }: PrinterColumn, object: JsonObject): Cell {
  try {
    return cell(object);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}
