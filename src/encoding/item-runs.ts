import { metadataStart, type StoredObject } from '../translate/stored-object.ts';
import { pieceBytes } from './piece-buffers.ts';

/** On average so many objects make a run: some 200 KB of usual ones, which one write to a socket carries well. */
const runLength = 128;
/** A run of large objects ends here at the latest. */
const maxRunBytes = 512 * 1024;

/** Items that follow each other, joined, with what separates them behind the last, too. */
interface Run {
  readonly objects: readonly StoredObject[];
  readonly bytes: Buffer;
}

/** A run of the list that is being answered: kept from before, or still to be joined. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly kept: Run | undefined;
}

/** How items stand in a list. */
export interface ItemLayout {
  /** Of items from `start` to `end`, each with what separates it from the next one, the last one too. */
  length(items: readonly StoredObject[], start: number, end: number): number;
  /** Writes them, from the first byte of `into`. */
  write(items: readonly StoredObject[], start: number, end: number, into: Buffer): void;
  /** Bytes of what separates two items, which the last one of a list has not behind it. */
  readonly separator: number;
}

/** A list's items, joined. */
export interface JoinedItems {
  readonly length: number;
  /**
   * Made as they are asked for. To be gone through once, and each to be done with before the second one after it is asked
   * for: of a list that is not kept they take turns in two buffers.
   */
  readonly parts: Iterable<Buffer>;
}

/**
 * Items of typed lists, joined once and kept: a LIST is then a few large buffers that exist already, and only runs with a
 * changed object are joined anew.
 *
 * Lists are cut into runs where an object's key says so, not by counting, so that an object that comes or goes moves no
 * other run's ends, and lists of a namespace and of everything share runs. Where a list itself ends, at the last object or
 * at its limit, the rest is a run too, kept apart from those. A run is kept under its first object and used only while
 * every object in it is the very same. Costs: a pointer comparison per object of a list, and a copy of the runs that
 * changed.
 *
 * What is kept has `maxBytes` as its bound; lists' last runs go first, then the run not used for longest. A list of more than half of it is
 * not kept at all, so that it does not drive out everything else in vain. 0 keeps nothing.
 */
export class ItemRuns {
  readonly #maxBytes: number;
  /** In order of last use. */
  readonly #whole = new Map<StoredObject, Run>();
  /** Those that ended with their list. In order of last use. */
  readonly #last = new Map<StoredObject, Run>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What is kept now, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Lets go of everything below a prefix of keys: of a kind, in all its versions. */
  forget(keyPrefix: string): void {
    for (const runs of [this.#whole, this.#last]) {
      for (const [first, { bytes }] of runs) {
        if (!first.key.startsWith(keyPrefix)) continue;
        runs.delete(first);
        this.#bytes -= bytes.length;
      }
    }
  }

  /** `items` are of one resource, and always joined in the same layout. */
  join(items: readonly StoredObject[], layout: ItemLayout = jsonItems): JoinedItems {
    const stretches: Stretch[] = [];
    let length = 0;
    for (let start = 0; start < items.length; ) {
      const kept = this.#keptAt(items, start);
      const end = kept === undefined ? endOfRun(items, start) : start + kept.objects.length;
      length += kept === undefined ? layout.length(items, start, end) : kept.bytes.length;
      stretches.push({ start, end, kept });
      start = end;
    }
    const keep = length <= this.#maxBytes / 2;
    return {
      length: Math.max(0, length - layout.separator),
      parts: keep ? this.#runs(items, stretches, layout) : joinedOnce(items, layout),
    };
  }

  *#runs(items: readonly StoredObject[], stretches: readonly Stretch[], layout: ItemLayout): Generator<Buffer> {
    for (const { start, end, kept } of stretches) {
      const bytes = kept?.bytes ?? joined(items, start, end, layout, (size) => Buffer.allocUnsafeSlow(size));
      if (kept === undefined) this.#keep({ objects: items.slice(start, end), bytes }, end === items.length);
      yield end === items.length ? bytes.subarray(0, bytes.length - layout.separator) : bytes;
    }
  }

  /** The kept run that `items` go on with at `start`. */
  #keptAt(items: readonly StoredObject[], start: number): Run | undefined {
    const first = items[start];
    if (first === undefined) return undefined;
    const whole = this.#whole.get(first);
    if (whole !== undefined && isAt(whole.objects, items, start)) return moveBack(this.#whole, first, whole);
    const last = this.#last.get(first);
    if (last === undefined || last.objects.length !== items.length - start) return undefined;
    return isAt(last.objects, items, start) ? moveBack(this.#last, first, last) : undefined;
  }

  #keep(run: Run, endsList: boolean): void {
    const [first] = run.objects;
    if (first === undefined) return;
    const runs = endsList ? this.#last : this.#whole;
    this.#bytes += run.bytes.length - (runs.get(first)?.bytes.length ?? 0);
    runs.delete(first);
    runs.set(first, run);
    this.#evict(this.#last);
    this.#evict(this.#whole);
  }

  #evict(runs: Map<StoredObject, Run>): void {
    for (const [first, { bytes }] of runs) {
      if (this.#bytes <= this.#maxBytes) return;
      runs.delete(first);
      this.#bytes -= bytes.length;
    }
  }
}

function moveBack(runs: Map<StoredObject, Run>, first: StoredObject, run: Run): Run {
  runs.delete(first);
  runs.set(first, run);
  return run;
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

function isAt(objects: readonly StoredObject[], items: readonly StoredObject[], start: number): boolean {
  if (start + objects.length > items.length) return false;
  for (let i = 0; i < objects.length; i++) if (items[start + i] !== objects[i]) return false;
  return true;
}

/**
 * Items that are sent and forgotten. A new buffer for each piece would be paid for twice: in page faults, and in marking
 * the whole heap again and again, since V8 takes so much new memory for a reason to collect.
 */
function* joinedOnce(items: readonly StoredObject[], layout: ItemLayout): Generator<Buffer> {
  const turns = [Buffer.alloc(0), Buffer.alloc(0)];
  let turn = 0;
  const allocate = (size: number): Buffer => {
    turn = 1 - turn;
    const present = turns[turn];
    const buffer =
      present !== undefined && present.length >= size ? present : Buffer.allocUnsafeSlow(Math.max(size, pieceBytes));
    turns[turn] = buffer;
    return buffer.subarray(0, size);
  };
  for (let start = 0; start < items.length; ) {
    const end = endOfPiece(items, start);
    const bytes = joined(items, start, end, layout, allocate);
    yield end === items.length ? bytes.subarray(0, bytes.length - layout.separator) : bytes;
    start = end;
  }
}

/** As many as one write carries, so that nothing is cut again on its way to the socket. */
function endOfPiece(items: readonly StoredObject[], start: number): number {
  let bytes = items[start]?.bytes.length ?? 0;
  let end = start + 1;
  for (; end < items.length; end++) {
    bytes += items[end]?.bytes.length ?? 0;
    if (bytes > pieceBytes) break;
  }
  return end;
}

function joined(
  items: readonly StoredObject[],
  start: number,
  end: number,
  layout: ItemLayout,
  allocate: (size: number) => Buffer,
): Buffer {
  const bytes = allocate(layout.length(items, start, end));
  layout.write(items, start, end, bytes);
  return bytes;
}

const openBrace = 0x7b;
const comma = 0x2c;

/** Each item without its kind and apiVersion, and commas between them. */
export const jsonItems: ItemLayout = {
  separator: 1,
  length(items, start, end) {
    const first = items[start];
    if (first === undefined) return 0;
    const added = 2 - metadataStart(first.shape);
    let length = 0;
    for (let i = start; i < end; i++) length += (items[i]?.bytes.length ?? 0) + added;
    return length;
  },
  write(items, start, end, into) {
    const first = items[start];
    if (first === undefined) return;
    const from = metadataStart(first.shape);
    let at = 0;
    for (let i = start; i < end; i++) {
      const object = items[i];
      if (object === undefined) continue;
      into[at++] = openBrace;
      at += object.bytes.copy(into, at, from);
      into[at++] = comma;
    }
  },
};

/** Each item whole, as objects are that were themselves defined, and commas between them. */
export const wholeItems: ItemLayout = {
  separator: 1,
  length(items, start, end) {
    let length = 0;
    for (let i = start; i < end; i++) length += (items[i]?.bytes.length ?? 0) + 1;
    return length;
  },
  write(items, start, end, into) {
    let at = 0;
    for (let i = start; i < end; i++) {
      const object = items[i];
      if (object === undefined) continue;
      at += object.bytes.copy(into, at);
      into[at++] = comma;
    }
  },
};
