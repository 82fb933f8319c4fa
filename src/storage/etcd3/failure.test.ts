import { describe, expect, test } from 'vitest';
import { asRevision, noRevision } from '../../base/revision.ts';
import { failureOf, withCompactRevision } from './failure.ts';

/** As grpc-js makes them; etcd3 keeps the message only. */
const grpc = (code: number, name: string, details: string) => new Error(`${code} ${name}: ${details}`);
const of = (error: unknown) => failureOf(error, 'txn of /a');

describe('storage/etcd3/failure', () => {
  test('a request that may have happened is told from one that has not', () => {
    for (const error of [
      grpc(14, 'UNAVAILABLE', 'Connection dropped'),
      grpc(14, 'UNAVAILABLE', 'etcdserver: request timed out'),
      grpc(14, 'UNAVAILABLE', 'etcdserver: leader changed'),
      grpc(4, 'DEADLINE_EXCEEDED', 'Deadline exceeded after 5.000s'),
      grpc(1, 'CANCELLED', 'context canceled'),
      grpc(2, 'UNKNOWN', 'raft proposal dropped'),
      grpc(13, 'INTERNAL', 'Received RST_STREAM with code 2'),
      grpc(8, 'RESOURCE_EXHAUSTED', 'Bandwidth exhausted'),
      new Error('something new'),
      'not even an error',
    ])
      expect(of(error)).toMatchObject({ applied: 'unknown', retry: true, error: { code: 'unavailable' } });
    for (const error of [
      grpc(14, 'UNAVAILABLE', 'etcdserver: no leader'),
      grpc(14, 'UNAVAILABLE', 'No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1'),
      grpc(14, 'UNAVAILABLE', 'Channel closed before call started'),
      grpc(14, 'UNAVAILABLE', 'Name resolution failed for target dns:etcd:2379'),
      grpc(8, 'RESOURCE_EXHAUSTED', 'etcdserver: too many requests'),
    ])
      expect(of(error)).toMatchObject({ applied: 'never', retry: true, error: { code: 'unavailable' } });
  });

  test('what will not get better is not tried again', () => {
    const codes = [
      [grpc(11, 'OUT_OF_RANGE', 'etcdserver: mvcc: required revision has been compacted'), 'compacted'],
      [grpc(11, 'OUT_OF_RANGE', 'etcdserver: mvcc: required revision is a future revision'), 'future-revision'],
      [grpc(3, 'INVALID_ARGUMENT', 'etcdserver: request is too large'), 'too-large'],
      [grpc(7, 'PERMISSION_DENIED', 'etcdserver: permission denied'), 'denied'],
      [grpc(16, 'UNAUTHENTICATED', 'whatever'), 'denied'],
      [grpc(3, 'INVALID_ARGUMENT', 'etcdserver: key is not provided'), 'corrupt'],
      [grpc(15, 'DATA_LOSS', 'whatever'), 'corrupt'],
      [new RangeError('not a revision: "9007199254740993"'), 'corrupt'],
    ] as const;
    for (const [error, code] of codes) expect(of(error)).toMatchObject({ retry: false, error: { code } });
  });

  test('what is to be got anew is named', () => {
    expect(of(new Error('Lease 5 NOT_FOUND: etcdserver: requested lease not found is expired')).renew).toBe('lease');
    expect(of(grpc(16, 'UNAUTHENTICATED', 'etcdserver: invalid auth token')).renew).toBe('token');
    expect(of(grpc(3, 'INVALID_ARGUMENT', 'etcdserver: revision of auth store is old')).renew).toBe('token');
    expect(of(grpc(3, 'INVALID_ARGUMENT', 'etcdserver: user name is empty')).renew).toBe('token');
  });

  test('the message names the request, and the cause is kept', () => {
    const cause = grpc(14, 'UNAVAILABLE', 'Connection dropped');
    expect(of(cause).error.message).toBe('unavailable: txn of /a: 14 UNAVAILABLE: Connection dropped');
    expect(of(cause).error.cause).toBe(cause);
  });

  test('a compaction revision is given only when it explains the refusal', () => {
    const compacted = of(grpc(11, 'OUT_OF_RANGE', 'etcdserver: mvcc: required revision has been compacted'));
    const explained = withCompactRevision(compacted, 5, asRevision(9));
    expect(explained).toMatchObject({ code: 'compacted', compactRevision: 9, message: compacted.error.message });
    for (const known of [noRevision, asRevision(5)])
      expect(withCompactRevision(compacted, 5, known).compactRevision).toBeUndefined();
  });
});
