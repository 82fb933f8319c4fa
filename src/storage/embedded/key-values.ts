import type { Revision } from '../../base/revision.ts';
import type { KeyEvent, KeyValue } from '../storage.ts';
import { type Packed, type Packer, Unpacker } from './packed.ts';

/** One version of a key as it lies in the log: `created` 0 and `value` null for a deletion. */
export type Row = readonly [key: string, modRevision: number, created: number, value: Uint8Array | null];

/** One that may be absent, under a key that the other side knows. */
export function packKeyValue(into: Packer, row: Row | undefined): void {
  into.number(row === undefined ? 0 : row[1]);
  if (row === undefined) return;
  into.number(row[2]);
  into.bytes(row[3] ?? new Uint8Array());
}

export function takeKeyValue(from: Unpacker, key: string): KeyValue | undefined {
  const modRevision = from.number() as Revision;
  if (modRevision === 0) return undefined;
  const createRevision = from.number() as Revision;
  return { key, value: from.bytes(), createRevision, modRevision };
}

/** One of a list of puts and deletions. */
export function packRow(into: Packer, [key, modRevision, created, value]: Row): void {
  into.string(key);
  into.number(modRevision);
  into.number(created);
  if (value !== null) into.bytes(value);
}

export function unpackItems(page: Packed): KeyValue[] {
  const items: KeyValue[] = [];
  for (const from = new Unpacker(page); !from.done; ) {
    const event = takeEvent(from);
    if (event.type === 'put') items.push(event.kv);
  }
  return items;
}

/** Calls `each` with the events of one revision at a time. */
export function unpackEvents(page: Packed, each: (revision: Revision, events: readonly KeyEvent[]) => void): void {
  let events: KeyEvent[] = [];
  let revision = 0 as Revision;
  for (const from = new Unpacker(page); !from.done; ) {
    const event = takeEvent(from);
    const at = event.type === 'put' ? event.kv.modRevision : event.modRevision;
    if (at !== revision && events.length > 0) {
      each(revision, events);
      events = [];
    }
    revision = at;
    events.push(event);
  }
  if (events.length > 0) each(revision, events);
}

function takeEvent(from: Unpacker): KeyEvent {
  const key = from.string();
  const modRevision = from.number() as Revision;
  const createRevision = from.number() as Revision;
  if (createRevision === 0) return { type: 'delete', key, modRevision };
  return { type: 'put', kv: { key, value: from.bytes(), createRevision, modRevision } };
}
