import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { asRevision, type Revision } from '../../../src/base/revision.ts';
import { StorageError, type StorageErrorCode } from '../../../src/storage/errors.ts';
import { prefixEnd } from '../../../src/storage/keys.ts';
import type { KeyRange, KeyValue, Operation, Storage, TransactionResult } from '../../../src/storage/storage.ts';
import type { Change } from '../../model/guarantees.ts';
import { whatOf } from './watch-recorder.ts';

/** What a backend can do, or why it cannot: the reason becomes part of the skipped test's name. */
export type Capability = true | { readonly missing: string };

export type StorageCapabilities = {
  /** `requestProgress` brings a progress. */
  readonly progress: Capability;
  /** Every test begins with a store of its own, with nothing in it. */
  readonly fresh: Capability;
};

/** An open store and how to take away what the test leaves behind; the suite closes the storage itself, first. */
export type OpenedStorage = { readonly storage: Storage; readonly dispose?: () => Promise<void> };

/** What the parts of the suite share. `fresh` opens a storage, to be closed after the test, and a prefix of its own. */
export type StorageBed = {
  readonly fresh: () => Promise<{ storage: Storage; at: string }>;
  readonly capabilities: StorageCapabilities;
};

export function storageBed(open: () => Promise<OpenedStorage>, capabilities: StorageCapabilities): StorageBed {
  const opened: OpenedStorage[] = [];

  afterEach(async () => {
    for (const one of opened.splice(0)) {
      await one.storage.close();
      await one.dispose?.();
    }
  });

  const fresh = async () => {
    const one = await open();
    opened.push(one);
    return { storage: one.storage, at: `/conformance-${randomUUID()}/` };
  };
  return { fresh, capabilities };
}

export const bytes = (content: string): Buffer => Buffer.from(content);
export const text = (kv: KeyValue | undefined): string | undefined => kv?.value.toString();
export const next = (revision: number, by = 1): Revision => asRevision(revision + by);
export const whole = (prefix: string): KeyRange => ({ start: prefix, end: prefixEnd(prefix) });

export const put = (key: string, value: string, ttlSeconds?: number): Operation =>
  ttlSeconds === undefined
    ? { type: 'put', key, value: bytes(value) }
    : { type: 'put', key, value: bytes(value), ttlSeconds };
export const del = (key: string): Operation => ({ type: 'delete', key });

/** Writes whatever is there now. */
export async function write(storage: Storage, ...operations: Operation[]): Promise<Revision> {
  const result = await storage.transact({ compare: [], operations });
  expect(result.succeeded).toBe(true);
  return result.revision;
}

/** Fifty keys to a transaction keeps within what any store takes at once. */
export async function fill(storage: Storage, keys: readonly string[]): Promise<void> {
  for (let i = 0; i < keys.length; i += 50) {
    await write(storage, ...keys.slice(i, i + 50).map((key) => put(key, key)));
  }
}

/** Compare-and-swap of one key: `expected` 0 creates. */
export const swap = (storage: Storage, expected: number, operation: Operation): Promise<TransactionResult> =>
  storage.transact({
    compare: [{ key: operation.key, modRevision: asRevision(expected) }],
    operations: [operation],
  });

export async function refusal(promise: Promise<unknown>): Promise<StorageError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StorageError)) throw new Error(`not refused with a StorageError: ${String(error)}`);
  return error;
}

export const refused = async (promise: Promise<unknown>): Promise<StorageErrorCode> => (await refusal(promise)).code;

/** A transaction's operations as the changes that a watch should tell. */
export const changes = (revision: Revision, operations: readonly Operation[]): Change[] =>
  operations.map((operation) => ({ revision, key: operation.key, what: whatOf(operation) }));

export function needs(capability: Capability, title: string, run: () => Promise<void>): void {
  if (capability === true) test(title, run);
  else test.skip(`${title} (not here: ${capability.missing})`, run);
}
