import { asRevision, type Revision } from '../../base/revision.ts';
import type { Operation, Transaction, TransactionResult } from '../storage.ts';
import { takeKeyValue } from './key-values.ts';
import { type Packed, Packer, Unpacker } from './packed.ts';

/** Operation codes in a packed batch. */
const putCode = 1;
const deleteCode = 0;

export function packBatch(transactions: readonly Transaction[]): Packed {
  const packer = new Packer();
  for (const { compare, operations } of transactions) {
    packer.number(compare.length);
    for (const { key, modRevision } of compare) {
      packer.string(key);
      packer.number(modRevision);
    }
    packer.number(operations.length);
    for (const operation of operations) {
      packer.string(operation.key);
      packer.number(operation.type === 'put' ? putCode : deleteCode);
      if (operation.type === 'delete') continue;
      packer.number(operation.ttlSeconds ?? 0);
      packer.bytes(operation.value);
    }
  }
  return packer.finish();
}

export function unpackBatch(batch: Packed): Transaction[] {
  const from = new Unpacker(batch);
  const transactions: Transaction[] = [];
  while (!from.done) {
    const compare = Array.from({ length: from.number() }, () => ({
      key: from.string(),
      modRevision: asRevision(from.number()),
    }));
    const operations = Array.from({ length: from.number() }, () => takeOperation(from));
    transactions.push({ compare, operations });
  }
  return transactions;
}

function takeOperation(from: Unpacker): Operation {
  const key = from.string();
  if (from.number() === deleteCode) return { type: 'delete', key };
  const ttlSeconds = from.number();
  const value = from.bytes();
  return ttlSeconds === 0 ? { type: 'put', key, value } : { type: 'put', key, value, ttlSeconds };
}

/** `created`: for each operation the create revision of what it put or deleted; 0 where a delete found nothing. */
export type Outcome =
  | { readonly succeeded: true; readonly revision: Revision; readonly created: readonly Revision[] }
  | Extract<TransactionResult, { succeeded: false }>;

/** The outcome of `transaction`, from where the worker packed it: in the order of the batch. */
export function takeOutcome(from: Unpacker, transaction: Transaction): Outcome {
  const succeeded = from.number() === 1;
  const revision = from.number() as Revision;
  if (succeeded) return { succeeded, revision, created: transaction.operations.map(() => from.number() as Revision) };
  const current = transaction.compare.map(({ key }) => takeKeyValue(from, key));
  return { succeeded, revision, current };
}
