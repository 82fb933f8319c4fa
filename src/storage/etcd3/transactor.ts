import type { IRequestOp, ITxnRequest, ITxnResponse } from 'etcd3';
import { parseRevision, type Revision } from '../../base/revision.ts';
import { StorageError } from '../errors.ts';
import type { Operation, Transaction, TransactionResult } from '../storage.ts';
import type { Connection } from './connection.ts';
import type { Answer } from './failure.ts';
import { keyBytes } from './key-value.ts';
import type { LeasePool } from './lease-pool.ts';
import { LostTransaction, swapOf, type Verdict } from './lost-transaction.ts';
import type { LostOutcome } from './metrics.ts';
import { firstOf, readKeys } from './range-requests.ts';
import type { VersionGate } from './version-gate.ts';

/** etcd's default for a whole request; the contract's limit for a value. */
const maxRequestBytes = 1_572_864;

/** The share of the time for resolving that a transaction not seen to happen is looked for, once the store can be read. */
const settleShare = 1 / 8;

/** That again, in looks: a store tells what happened within a tenth of a second, or was busy. */
const looks = 4;

const aboutOf = ({ compare, operations }: Transaction): string =>
  [...new Set([...operations, ...compare].map(({ key }) => key))].slice(0, 3).join(', ');

const sizeOf = (operation: Operation): number =>
  Buffer.byteLength(operation.key) + (operation.type === 'put' ? operation.value.length : 0);

/** Sends transactions, and finds out what became of those whose answer was lost. */
export class Transactor {
  readonly #connection: Connection;
  readonly #gate: VersionGate;
  readonly #leases: LeasePool;
  readonly #resolveTimeoutMs: number;

  constructor(connection: Connection, gate: VersionGate, leases: LeasePool, resolveTimeoutMs: number) {
    this.#connection = connection;
    this.#gate = gate;
    this.#leases = leases;
    this.#resolveTimeoutMs = resolveTimeoutMs;
  }

  /**
   * The outcome as the contract of Storage wants it. A transaction is sent again only when that cannot make it happen
   * twice: because it provably had no effect, or because it swaps a value, which only one of its copies can.
   * @throws {StorageError}
   */
  async run(transaction: Transaction): Promise<TransactionResult> {
    const bytes = transaction.operations.reduce((sum, operation) => sum + sizeOf(operation), 0);
    if (bytes > maxRequestBytes)
      throw new StorageError('too-large', `${aboutOf(transaction)}: ${bytes} bytes are more than ${maxRequestBytes}`);

    const { clock } = this.#connection;
    const before = this.#connection.seen;
    const started = clock.now();
    const settleMs = this.#resolveTimeoutMs * settleShare;
    const harmlessTwice = transaction.operations.length === 0 || swapOf(transaction) !== undefined;
    let lost: LostTransaction | undefined;
    let settled: number | undefined;
    for (let attempt = 0; ; attempt++) {
      const looking = lost !== undefined && !harmlessTwice;
      const answer = looking ? await this.#look(transaction) : await this.#send(transaction);
      const elapsed = clock.now() - started;

      if ('failure' in answer) {
        const { failure } = answer;
        if (!looking && failure.applied === 'unknown' && transaction.operations.length > 0)
          lost ??= new LostTransaction(this.#connection, this.#gate, transaction, before, settleMs / looks);
        if (failure.renew === 'lease') this.#leases.forgetAll();
        const patience = lost === undefined ? this.#connection.requestTimeoutMs : this.#resolveTimeoutMs;
        if (!failure.retry || elapsed >= patience) {
          if (lost === undefined || failure.error.code === 'corrupt') throw failure.error;
          throw this.#undecided(transaction, failure.error);
        }
        await this.#connection.pause(attempt);
        continue;
      }

      const result = answer.value;
      if (result.succeeded || lost === undefined) {
        if (lost !== undefined) this.#count('applied');
        return result;
      }
      const verdict: Verdict = await lost.judge({ kvs: result.current, revision: result.revision });
      switch (verdict.outcome) {
        case 'applied':
          this.#count('applied');
          return { succeeded: true, revision: verdict.revision };
        case 'not-applied':
          this.#count('not-applied');
          return result;
        case 'unknown':
          throw this.#undecided(transaction);
        case 'pending':
          settled ??= clock.now() + settleMs;
          if (clock.now() >= settled || elapsed >= this.#resolveTimeoutMs) throw this.#undecided(transaction);
          await this.#connection.pause(attempt);
          break;
        default:
          return verdict satisfies never;
      }
    }
  }

  #count(outcome: LostOutcome): void {
    this.#connection.metrics.lost(outcome);
  }

  #undecided(transaction: Transaction, cause?: Error): StorageError {
    this.#count('unknown');
    const message = `the outcome of the transaction on ${aboutOf(transaction)} could not be found out`;
    return new StorageError('unavailable', message, cause === undefined ? {} : { cause });
  }

  async #send(transaction: Transaction): Promise<Answer<TransactionResult>> {
    const request = await this.#encode(transaction);
    if ('failure' in request) return request;
    const answer = await this.#connection.attempt(
      { operation: 'txn', about: aboutOf(transaction) },
      (client, options) => client.kv.txn(request.value, options),
    );
    return 'failure' in answer ? answer : { value: resultOf(answer.value) };
  }

  /** The compared keys as they are, without sending the transaction. */
  async #look({ compare }: Transaction): Promise<Answer<TransactionResult>> {
    const answer = await readKeys(
      this.#connection,
      compare.map(({ key }) => key),
    );
    if ('failure' in answer) return answer;
    return { value: { succeeded: false, current: answer.value.kvs, revision: answer.value.revision } };
  }

  async #encode({ compare, operations }: Transaction): Promise<Answer<ITxnRequest>> {
    const success: IRequestOp[] = [];
    for (const operation of operations) {
      const key = keyBytes(operation.key);
      if (operation.type === 'delete') {
        success.push({ request_delete_range: { key } });
      } else if (operation.ttlSeconds === undefined) {
        success.push({ request_put: { key, value: operation.value } });
      } else {
        const lease = await this.#leases.get(operation.ttlSeconds);
        // Whatever became of the lease, the transaction was not sent.
        if ('failure' in lease) return { failure: { ...lease.failure, applied: 'never' } };
        success.push({ request_put: { key, value: operation.value, lease: lease.value } });
      }
    }
    return {
      value: {
        compare: compare.map(({ key, modRevision }) => ({
          target: 'Mod',
          result: 'Equal',
          key: keyBytes(key),
          mod_revision: String(modRevision),
        })),
        success,
        failure: compare.map(({ key }) => ({ request_range: { key: keyBytes(key) } })),
      },
    };
  }
}

function resultOf({ succeeded, responses, header }: ITxnResponse): TransactionResult {
  const revision: Revision = parseRevision(header.revision);
  return succeeded ? { succeeded, revision } : { succeeded, current: responses.map(firstOf), revision };
}
