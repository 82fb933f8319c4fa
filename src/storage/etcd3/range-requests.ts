import type { IRangeRequest, IRangeResponse } from 'etcd3';
import { parseRevision, type Revision } from '../../base/revision.ts';
import type { KeyValue } from '../storage.ts';
import type { Connection } from './connection.ts';
import type { Answer } from './failure.ts';
import { keyBytes, keyValueOf } from './key-value.ts';

export interface KeysAtRevision {
  /** In the order asked for. */
  readonly kvs: readonly (KeyValue | undefined)[];
  readonly revision: Revision;
}

/** One range, linearizable, sent again until answered, refused or out of time. */
export const rangeOf = (
  connection: Connection,
  request: IRangeRequest,
  about: string,
): Promise<Answer<IRangeResponse>> =>
  connection.retry({ operation: 'range', about }, (client, options) => client.kv.range(request, options));

/** One key as of a revision; absent: the latest. */
export async function readKey(
  connection: Connection,
  key: string,
  revision?: Revision,
): Promise<Answer<{ readonly kv: KeyValue | undefined; readonly revision: Revision }>> {
  const request = { key: keyBytes(key), ...(revision === undefined ? {} : { revision: String(revision) }) };
  const answer = await rangeOf(connection, request, key);
  if ('failure' in answer) return answer;
  const { kvs, header } = answer.value;
  const kv = kvs[0] === undefined ? undefined : keyValueOf(kvs[0]);
  return { value: { kv, revision: parseRevision(header.revision) } };
}

/** Several keys, all as of one revision, the latest. */
export async function readKeys(connection: Connection, keys: readonly string[]): Promise<Answer<KeysAtRevision>> {
  const success = keys.map((key) => ({ request_range: { key: keyBytes(key) } }));
  const answer = await connection.retry({ operation: 'txn', about: keys.join(', ') }, (client, options) =>
    client.kv.txn({ success }, options),
  );
  if ('failure' in answer) return answer;
  const { responses, header } = answer.value;
  return { value: { kvs: responses.map(firstOf), revision: parseRevision(header.revision) } };
}

/** The key-value of a range within a transaction that asked for one key. */
export const firstOf = ({ response_range: range }: { response_range: IRangeResponse }): KeyValue | undefined => {
  const kv = range.kvs[0];
  return kv === undefined ? undefined : keyValueOf(kv);
};
