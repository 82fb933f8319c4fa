import { asRevision, noRevision, type Revision } from '../../base/revision.ts';
import type { Compare, KeyEvent, KeyValue, Operation, Transaction } from '../storage.ts';
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

/**
 * Finds out what became of one transaction. Reads only.
 *
 * A put proves itself by its bytes: the contract is that nobody else writes the same. A deletion carries nothing of who made
 * it. Of a transaction that only deletes, what is found out is whether the very state that it compared was what was
 * deleted: then it counts as its own, also when somebody else deleted just that state just then. What the caller is
 * told, and all that a reader can ever see, is the same in both cases.
 */
export class LostTransaction {
  readonly #connection: Connection;
  readonly #gate: VersionGate;
  readonly #transaction: Transaction;
  readonly #before: Revision;
  readonly #patienceMs: number;

  /**
   * @param before a revision that the store had reached when the transaction was first sent.
   * @param patienceMs how long to look at once for a change that may never come.
   */
  constructor(
    connection: Connection,
    gate: VersionGate,
    transaction: Transaction,
    before: Revision,
    patienceMs: number,
  ) {
    this.#connection = connection;
    this.#gate = gate;
    this.#transaction = transaction;
    this.#before = before;
    this.#patienceMs = patienceMs;
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
  async #judgeSwap(swap: Compare, current: KeyValue | undefined, now: Revision): Promise<Verdict> {
    const { key, modRevision } = swap;
    if (current?.modRevision === modRevision) return notApplied;
    let unchanged: number = modRevision;
    let changed: number = current?.modRevision ?? now;
    // False: up to `unchanged` the store has forgotten, and what it was there is not known.
    let seen = true;
    for (let step = 0; changed - unchanged > 1; step++) {
      // Mostly the last change but one or two is the compared one: look there before cutting in half.
      const probe = step < 3 ? changed - 1 : Math.floor((changed + unchanged) / 2);
      const answer = await readKey(this.#connection, key, asRevision(probe));
      if ('failure' in answer) {
        if (answer.failure.error.code !== 'compacted') return pending;
        unchanged = probe;
        seen = false;
        continue;
      }
      const then = answer.value.kv?.modRevision ?? probe;
      if (then === modRevision) {
        unchanged = probe;
        seen = true;
      } else changed = then > unchanged ? then : probe;
    }
    const verdict = await this.#tookPlaceAt(asRevision(changed), current, swap);
    // What came before it was forgotten: only bytes of our own tell that it was ours, and nothing that it was not.
    return seen || (verdict.outcome === 'applied' && this.#puts) ? verdict : unknown;
  }

  async #judgeCreation({ key }: Compare, current: KeyValue | undefined): Promise<Verdict> {
    // Others may have deleted what we created.
    if (current === undefined) return this.#lookFor(key);
    // It existed when the transaction was sent, and ever since.
    if (current.createRevision <= this.#before) return notApplied;
    const created = await this.#tookPlaceAt(current.createRevision, current);
    if (created.outcome !== 'not-applied') return created;
    // Somebody else's creation. Ours may have come and gone before.
    const range = { key, after: this.#before, patienceMs: this.#connection.requestTimeoutMs };
    const { events, found } = await keyHistory(
      this.#connection,
      this.#gate,
      range,
      (event) => event.type === 'put' && event.kv.modRevision === current.modRevision,
    );
    const ours = await this.#firstOf(events.filter(creates));
    return ours ?? (found ? notApplied : unknown);
  }

  async #judgeUnconditional(): Promise<Verdict> {
    const first = this.#transaction.operations.find(({ type }) => type === 'put');
    if (first === undefined) return unknown;
    const answer = await readKeys(this.#connection, [first.key]);
    if ('failure' in answer) return pending;
    const [current] = answer.value.kvs;
    if (current !== undefined && current.modRevision <= this.#before) return pending;
    const verdict = current && (await this.#tookPlaceAt(current.modRevision, current));
    // Whoever wrote since may have written over ours.
    return verdict === undefined || verdict.outcome === 'not-applied' ? this.#lookFor(first.key) : verdict;
  }

  /** Ours among the changes of a key that came and went: `pending` while it is not. */
  async #lookFor(key: string): Promise<Verdict> {
    const put = this.#transaction.operations.find((operation) => operation.key === key);
    const range = { key, after: this.#before, patienceMs: this.#patienceMs };
    const isOurs = (event: KeyEvent): boolean =>
      event.type === 'put' && put?.type === 'put' && event.kv.value.equals(put.value);
    const { events } = await keyHistory(this.#connection, this.#gate, range, isOurs);
    return (await this.#firstOf(events.filter(isOurs))) ?? pending;
  }

  async #firstOf(events: readonly KeyEvent[]): Promise<Verdict | undefined> {
    for (const event of events) {
      if (event.type !== 'put') continue;
      const verdict = await this.#tookPlaceAt(event.kv.modRevision, event.kv);
      if (verdict.outcome !== 'not-applied') return verdict;
    }
    return undefined;
  }

  get #puts(): boolean {
    return this.#transaction.operations.some(({ type }) => type === 'put');
  }

  /**
   * Was it this transaction that made `revision`? Yes, when all its puts were made there, with our bytes; when it has none,
   * if all that it deletes is gone there and what it compared had stood until then. `swap` is known to have changed there.
   */
  async #tookPlaceAt(revision: Revision, known: KeyValue | undefined, swap?: Compare): Promise<Verdict> {
    const { compare, operations } = this.#transaction;
    for (const operation of operations) {
      let kv = known;
      if (known?.key !== operation.key || known.modRevision !== revision) {
        const answer = await this.#readAt(operation.key, revision);
        if ('outcome' in answer) return answer;
        kv = answer.kv;
      }
      if (!isResultOf(operation, kv, revision)) return notApplied;
    }
    if (this.#puts) return { outcome: 'applied', revision };
    if (swap === undefined) return unknown;
    for (const { key, modRevision } of compare) {
      if (key === swap.key) continue;
      const answer = await this.#readAt(key, asRevision(revision - 1));
      if ('outcome' in answer) return answer;
      if ((answer.kv?.modRevision ?? noRevision) !== modRevision) return notApplied;
    }
    return { outcome: 'applied', revision };
  }

  async #readAt(key: string, revision: Revision): Promise<{ readonly kv: KeyValue | undefined } | Verdict> {
    const answer = await readKey(this.#connection, key, revision);
    if ('failure' in answer) return answer.failure.error.code === 'compacted' ? unknown : pending;
    return answer.value;
  }
}

const creates = (event: KeyEvent): boolean => event.type === 'put' && event.kv.createRevision === event.kv.modRevision;

const isResultOf = (operation: Operation, kv: KeyValue | undefined, revision: Revision): boolean =>
  operation.type === 'delete'
    ? kv === undefined
    : kv !== undefined && kv.modRevision === revision && kv.value.equals(operation.value);
