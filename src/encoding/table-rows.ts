import type { ServedVersion } from '../api/served-version.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { rowOfObject, type TableRow } from './table-row.ts';

/** A usual row, for telling in advance whether those of a list would fit. */
const usualRowBytes = 320;

/** Rows of one version. `older` are those of the generation before, if it was used then. */
interface VersionRows {
  generation: number;
  recent: WeakMap<StoredObject, TableRow>;
  older: WeakMap<StoredObject, TableRow>;
}

const noRows = (): WeakMap<StoredObject, TableRow> => new WeakMap();

/**
 * Rows of Tables, made once per revision of an object and kept for the next list or watch, whatever it shows of the objects:
 * making one means to parse the whole object. Nothing is made or kept of what nobody asks for as a Table.
 *
 * `maxBytes` bounds what is kept, by generations: when the present one has half of it, it becomes the one before, and
 * what of that was not asked for meanwhile goes. A row goes earlier with its object, and all of a version with it, because
 * they hold them weakly; it is counted until its generation goes. Lists whose rows would take more than half are not kept,
 * so that they do not drive out everything else in vain. 0 keeps nothing.
 */
export class TableRows {
  readonly #maxBytes: number;
  readonly #kept = new WeakMap<ServedVersion, VersionRows>();
  #generation = 0;
  #recentBytes = 0;
  #olderBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What is kept at most now, in bytes: of objects that are gone it is not known. */
  get bytes(): number {
    return this.#recentBytes + this.#olderBytes;
  }

  /** The rows of a version's objects, `count` of which will be asked for. */
  of(served: ServedVersion, count: number): (object: StoredObject) => TableRow {
    let kept = this.#kept.get(served);
    if (kept === undefined) {
      kept = { generation: this.#generation, recent: noRows(), older: noRows() };
      this.#kept.set(served, kept);
    }
    const rows = kept;
    const keep = count * usualRowBytes <= this.#maxBytes / 2;
    return (object) => this.#row(rows, served, object, keep);
  }

  #row(rows: VersionRows, served: ServedVersion, object: StoredObject, keep: boolean): TableRow {
    if (rows.generation !== this.#generation) this.#age(rows);
    const recent = rows.recent.get(object);
    if (recent !== undefined) return recent;
    const row = rows.older.get(object) ?? rowOfObject(served, object);
    if (keep && row.size <= this.#maxBytes / 2) this.#keep(rows, object, row);
    return row;
  }

  #keep(rows: VersionRows, object: StoredObject, row: TableRow): void {
    if (this.#recentBytes + row.size > this.#maxBytes / 2) {
      this.#olderBytes = this.#recentBytes;
      this.#recentBytes = 0;
      this.#generation++;
      this.#age(rows);
    }
    rows.recent.set(object, row);
    this.#recentBytes += row.size;
  }

  #age(rows: VersionRows): void {
    rows.older = rows.generation === this.#generation - 1 ? rows.recent : noRows();
    rows.recent = noRows();
    rows.generation = this.#generation;
  }
}
