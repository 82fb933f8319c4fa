import { metadataStart, type StoredObject } from '../../translate/stored-object.ts';

/** On average so many objects make a run: some 200 KB of usual ones, which one write to a socket carries well. */
const runLength = 128;
/** A run of large objects ends here at the latest. */
const maxRunBytes = 512 * 1024;

type Run = { readonly objects: readonly StoredObject[]; readonly bytes: Buffer };

/**
 * Items of typed lists, joined once and kept: a LIST is then a few large buffers that exist already, and only runs with a
 * changed object are joined anew.
 *
 * Lists are cut into runs where an object's key says so, not by counting, so that an object that comes or goes moves no
 * other run's ends, and lists of a namespace and of everything share runs. A run is kept under its first object and used
 * only while every object in it is the very same. Costs: a pointer comparison per object of a list, and a copy of the runs
 * that changed.
 *
 * What is kept has `maxBytes` as its bound; the run not used for longest goes first. A list of more than half of it is
 * not kept at all, so that it does not drive out everything else in vain. 0 keeps nothing.
 */
export class ItemRuns {
  readonly #maxBytes: number;
  /** In order of last use. */
  readonly #runs = new Map<StoredObject, Run>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What is kept now, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What `parts` gives for `items`, in bytes. */
  static lengthOf(items: readonly StoredObject[]): number {
    const [first] = items;
    if (first === undefined) return 0;
    const skipped = metadataStart(first.shape) - 2;
    let length = -1;
    for (const { bytes } of items) length += bytes.length - skipped;
    return length;
  }

  /** `items`, which are of one resource, as JSON joined by commas, in parts that are made as they are asked for. */
  *parts(items: readonly StoredObject[]): Generator<Buffer> {
    const keep = ItemRuns.lengthOf(items) <= this.#maxBytes / 2;
    for (let start = 0; start < items.length; ) {
      const end = endOfRun(items, start);
      const joined = keep ? this.#run(items, start, end) : join(items, start, end);
      yield end === items.length ? joined.subarray(0, -1) : joined;
      start = end;
    }
  }

  #run(items: readonly StoredObject[], start: number, end: number): Buffer {
    const first = items[start];
    if (first === undefined) return Buffer.alloc(0);
    const kept = this.#runs.get(first);
    if (kept !== undefined) {
      this.#runs.delete(first);
      if (isRun(kept.objects, items, start, end)) {
        this.#runs.set(first, kept);
        return kept.bytes;
      }
      this.#bytes -= kept.bytes.length;
    }
    const run = { objects: items.slice(start, end), bytes: join(items, start, end) };
    this.#runs.set(first, run);
    this.#bytes += run.bytes.length;
    this.#evict();
    return run.bytes;
  }

  #evict(): void {
    for (const [first, { bytes }] of this.#runs) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#runs.delete(first);
      this.#bytes -= bytes.length;
    }
  }
}

function endOfRun(items: readonly StoredObject[], start: number): number {
  let bytes = 0;
  for (let i = start; i < items.length; i++) {
    const object = items[i];
    if (object === undefined) return i;
    bytes += object.bytes.length;
    if (object.keyHash % runLength === 0 || bytes >= maxRunBytes) return i + 1;
  }
  return items.length;
}

function isRun(objects: readonly StoredObject[], items: readonly StoredObject[], start: number, end: number): boolean {
  if (objects.length !== end - start) return false;
  for (let i = start; i < end; i++) if (items[i] !== objects[i - start]) return false;
  return true;
}

/** Each item without its kind and apiVersion, with a comma behind it. */
function join(items: readonly StoredObject[], start: number, end: number): Buffer {
  const first = items[start];
  if (first === undefined) return Buffer.alloc(0);
  const from = metadataStart(first.shape);
  let length = 0;
  for (let i = start; i < end; i++) length += (items[i]?.bytes.length ?? 0) - from + 2;
  const joined = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (let i = start; i < end; i++) {
    const bytes = items[i]?.bytes;
    if (bytes === undefined) continue;
    joined[at++] = openBrace;
    at += bytes.copy(joined, at, from);
    joined[at++] = comma;
  }
  return joined;
}

const openBrace = 0x7b;
const comma = 0x2c;
