import type { IEvent, IKeyValue } from 'etcd3';
import { parseRevision } from '../../base/revision.ts';
import type { KeyEvent, KeyValue } from '../storage.ts';

/** etcd's name for "the first possible key" as a start, and "no end" as an end. */
const zero = Buffer.of(0);

export const keyBytes = (key: string): Buffer => Buffer.from(key, 'utf8');

/** A range's two bounds as etcd wants them: an empty start is the first key; an end before the start is an empty range. */
export function rangeBytes(start: string, end: string): { key: Buffer; range_end: Buffer } {
  const key = start === '' ? zero : keyBytes(start);
  const rangeEnd = keyBytes(end);
  return { key, range_end: Buffer.compare(key, rangeEnd) < 0 ? rangeEnd : key };
}

/** All keys that start with `prefix`. */
export function prefixBytes(prefix: string): { key: Buffer; range_end: Buffer } {
  if (prefix === '') return { key: zero, range_end: zero };
  const key = keyBytes(prefix);
  const end = Buffer.from(key);
  // UTF-8 has no byte 0xff, so the last one can always be counted up.
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return { key, range_end: end };
}

/** @throws {RangeError} for a revision that a double cannot hold. */
export const keyValueOf = (kv: IKeyValue): KeyValue => ({
  key: kv.key.toString('utf8'),
  value: kv.value,
  createRevision: parseRevision(kv.create_revision),
  modRevision: parseRevision(kv.mod_revision),
});

/** @throws {RangeError} for a revision that a double cannot hold. */
export const keyEventOf = (event: IEvent): KeyEvent =>
  event.type === 'Delete'
    ? { type: 'delete', key: event.kv.key.toString('utf8'), modRevision: parseRevision(event.kv.mod_revision) }
    : { type: 'put', kv: keyValueOf(event.kv) };
