import { asRevision, type Revision } from '../../base/revision.ts';
import type { Compare, KeyValue, Operation, Transaction } from '../storage.ts';
import type { Connection } from './connection.ts';
import { keyHistory } from './key-history.ts';
import { type KeysAtRevision, readKey, readKeys } from './range-requests.ts';
import type { VersionGate } from './version-gate.ts';

/**
 * What the store tells of a transaction whose answer was lost.
 *
 * - `applied`: it happened, at `revision`.
 * - `not-applied`: it did not, and its comparison has failed since it was sent.
 * - `pending`: it has not been seen to happen, and still may; or the store could not be read. Look again.
 * - `unknown`: the store cannot tell, now or later.
 */
export type Verdict =
  | { readonly outcome: 'applied'; readonly revision: Revision }
  | { readonly outcome: 'not-applied' | 'pending' | 'unknown' };

const notApplied: Verdict = { outcome: 'not-applied' };
const pending: Verdict = { outcome: 'pending' };
const unknown: Verdict = { outcome: 'unknown' };

/**
 * The comparison of a key, which had a value, that the transaction changes. A key never gets a mod revision back, so
 * such a transaction happens at most once however often it is sent.
 */
export function swapOf({ compare, operations }: Transaction): Compare | undefined {
  const changed = new Set(operations.map(({ key }) => key));
  return compare.find(({ key, modRevision }) => modRevision !== 0 && changed.has(key));
}

/** The comparison of a key that must not exist, which the transaction creates. */
function creationOf({ compare, operations }: Transaction): Compare | undefined {
  const put = new Set(operations.filter(({ type }) => type === 'put').map(({ key }) => key));
  return compare.find(({ key, modRevision }) => modRevision === 0 && put.has(key));
}

/** Finds out what became of one transaction. Reads only. */
export class LostTransaction {
  readonly #connection: Connection;
  readonly #gate: VersionGate;
  readonly #transaction: Transaction;
  readonly #before: Revision;

  /** @param before a revision that the store had reached when the transaction was first sent. */
  constructor(connection: Connection, gate: VersionGate, transaction: Transaction, before: Revision) {
    this.#connection = connection;
    this.#gate = gate;
    this.#transaction = transaction;
    this.#before = before;
  }

  /** @param now the compared keys in the order of `compare`, as a linearizable read has found them just now. */
  async judge(now: KeysAtRevision): Promise<Verdict> {
    const { compare } = this.#transaction;
    const currentOf = (of: Compare) => now.kvs[compare.indexOf(of)];
    const swap = swapOf(this.#transaction);
    if (swap !== undefined) return this.#judgeSwap(swap, currentOf(swap), now.revision);
    const creation = creationOf(this.#transaction);
    if (creation !== undefined) return this.#judgeCreation(creation, currentOf(creation));
    return this.#judgeUnconditional();
  }

  /** Only the first change of the key after the compared revision can have been ours. */
  async #judgeSwap({ key, modRevision }: Compare, current: KeyValue | undefined, now: Revision): Promise<Verdict> {
    if (current?.modRevision === modRevision) return notApplied;
    let unchanged: number = modRevision;
    let changed: number = current?.modRevision ?? now;
    for (let step = 0; changed - unchanged > 1; step++) {
      // Mostly the last change but one or two is the compared one: look there before cutting in half.
      const probe = step < 3 ? changed - 1 : Math.floor((changed + unchanged) / 2);
      const answer = await readKey(this.#connection, key, asRevision(probe));
      if ('failure' in answer) return answer.failure.error.code === 'compacted' ? unknown : pending;
      const then = answer.value.kv?.modRevision ?? probe;
      if (then === modRevision) unchanged = probe;
      else changed = then > unchanged ? then : probe;
    }
    return this.#tookPlaceAt(asRevision(changed), current);
  }

  async #judgeCreation({ key }: Compare, current: KeyValue | undefined): Promise<Verdict> {
    if (current === undefined) return pending;
    // It existed when the transaction was sent, and ever since.
    if (current.createRevision <= this.#before) return notApplied;
    const created = await this.#tookPlaceAt(current.createRevision, current);
    if (created.outcome !== 'not-applied') return created;
    // Somebody else's creation. Ours may have come and gone before.
    const history = await keyHistory(this.#connection, this.#gate, key, this.#before, current.modRevision);
    if (history === undefined) return unknown;
    for (const event of history) {
      if (event.type === 'delete' || event.kv.createRevision !== event.kv.modRevision) continue;
      const verdict = await this.#tookPlaceAt(event.kv.modRevision, event.kv);
      if (verdict.outcome !== 'not-applied') return verdict;
    }
    return notApplied;
  }

  async #judgeUnconditional(): Promise<Verdict> {
    const puts = this.#transaction.operations.filter(({ type }) => type === 'put');
    const [first] = puts;
    if (first === undefined) return unknown;
    const answer = await readKeys(this.#connection, [first.key]);
    if ('failure' in answer) return pending;
    const [current] = answer.value.kvs;
    if (current === undefined || current.modRevision <= this.#before) return pending;
    const verdict = await this.#tookPlaceAt(current.modRevision, current);
    // Whoever wrote since may have written over ours.
    return verdict.outcome === 'not-applied' ? pending : verdict;
  }

  /**
   * Was it this transaction that made `revision`? Yes, when all its puts were made there, with our bytes: the contract
   * is that nobody else writes the same. Deletions alone prove nothing: anybody's look the same.
   */
  async #tookPlaceAt(revision: Revision, known: KeyValue | undefined): Promise<Verdict> {
    const { operations } = this.#transaction;
    for (const operation of operations) {
      let kv = known;
      if (known?.key !== operation.key || known.modRevision !== revision) {
        const answer = await readKey(this.#connection, operation.key, revision);
        if ('failure' in answer) return answer.failure.error.code === 'compacted' ? unknown : pending;
        kv = answer.value.kv;
      }
      if (!isResultOf(operation, kv, revision)) return notApplied;
    }
    return operations.some(({ type }) => type === 'put') ? { outcome: 'applied', revision } : unknown;
  }
}

const isResultOf = (operation: Operation, kv: KeyValue | undefined, revision: Revision): boolean =>
  operation.type === 'delete'
    ? kv === undefined
    : kv !== undefined && kv.modRevision === revision && kv.value.equals(operation.value);
