import { credentials, type ServiceDefinition } from '@grpc/grpc-js';
import { Host } from 'etcd3/lib/connection-pool.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRange, decodeTxn, encodeRange, encodeTxn, type RequestOp } from './messages.ts';

/** The etcd3 package's own reading and writing of the same messages, from etcd's rpc.proto. */
const service = (() => {
  const host = new Host('127.0.0.1:1', credentials.createInsecure(), {});
  const { service } = host.getServiceClient('KV').constructor as unknown as { service: ServiceDefinition };
  host.close();
  return service;
})();
const methodOf = (name: 'Range' | 'Txn') => {
  const method = service[name];
  if (method === undefined) throw new Error(`no method ${name}`);
  return method;
};

/** Of a gRPC stream: not compressed, and as long as it says. */
function messageIn(framed: Buffer): Buffer {
  expect([framed[0], framed.readUInt32BE(1)]).toEqual([0, framed.length - 5]);
  return framed.subarray(5);
}

const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((array) => Buffer.from(array));
/** From the first number to the last that an int64 holds. */
const int64 = fc
  .oneof(fc.bigInt(0n, 300n), fc.bigInt(2n ** 31n - 2n, 2n ** 33n), fc.bigInt(2n ** 49n, 2n ** 63n - 1n))
  .map(String);

const range = fc.record(
  { key: bytes, range_end: bytes, limit: fc.nat(), revision: int64, count_only: fc.boolean() },
  { requiredKeys: ['key'] },
);
const operation: fc.Arbitrary<RequestOp> = fc.oneof(
  fc.record({ request_put: fc.record({ key: bytes, value: bytes, lease: int64 }, { requiredKeys: ['key', 'value'] }) }),
  fc.record({ request_delete_range: fc.record({ key: bytes }) }),
  fc.record({ request_range: range }),
);
const comparison = fc.oneof(
  fc.record({
    target: fc.constant('Mod' as const),
    result: fc.constant('Equal' as const),
    key: bytes,
    mod_revision: int64,
  }),
  fc.record({
    target: fc.constant('Version' as const),
    result: fc.constant('Equal' as const),
    key: bytes,
    version: int64,
  }),
);
const operations = fc.array(operation, { maxLength: 4 });

test('a range is read as it was meant', () => {
  fc.assert(
    fc.property(range, (request) => {
      const read = methodOf('Range').requestDeserialize(messageIn(encodeRange(request)));
      const wanted = { ...request, ...(request.limit === undefined ? {} : { limit: String(request.limit) }) };
      expect(read).toMatchObject(wanted);
    }),
  );
});

test('a transaction is read as it was meant', () => {
  const { requestSerialize, requestDeserialize } = methodOf('Txn');
  fc.assert(
    fc.property(fc.array(comparison, { maxLength: 3 }), operations, operations, (compare, success, failure) => {
      const request = { compare, success, failure };
      const read = requestDeserialize(messageIn(encodeTxn(request)));
      expect(read).toEqual(requestDeserialize(requestSerialize(request)));
    }),
  );
});

const keyValue = fc.record({ key: bytes, value: bytes, create_revision: int64, mod_revision: int64, version: int64 });
const header = fc.record({ cluster_id: int64, member_id: int64, revision: int64, raft_term: int64 });
const rangeResponse = fc.record({
  header,
  kvs: fc.array(keyValue, { maxLength: 5 }),
  more: fc.boolean(),
  count: int64,
});

test('what a range found is read as it was written', () => {
  fc.assert(
    fc.property(rangeResponse, (answer) => {
      const { revision } = answer.header;
      const read = decodeRange(methodOf('Range').responseSerialize(answer));
      expect(read).toEqual({ ...answer, header: { revision } });
    }),
  );
});

test('the outcome of a transaction is read as it was written', () => {
  fc.assert(
    fc.property(fc.boolean(), header, fc.array(rangeResponse, { maxLength: 3 }), (succeeded, header, ranges) => {
      const responses = ranges.map((range) => ({ response_range: range }));
      const put = { response_put: { header } };
      const message = methodOf('Txn').responseSerialize({ header, succeeded, responses: [...responses, put] });
      const read = decodeTxn(message);
      expect([read.succeeded, read.header.revision, read.responses.at(-1)]).toEqual([succeeded, header.revision, {}]);
      expect(read.responses.slice(0, -1)).toMatchObject(ranges.map(({ kvs }) => ({ response_range: { kvs } })));
    }),
  );
});

test('an answer without a header has no revision', () => {
  expect(decodeRange(Buffer.alloc(0)).header.revision).toBe('');
});

test('what is no message is refused, whatever it is', () => {
  const whole = methodOf('Range').responseSerialize({
    header: { revision: '7' },
    kvs: [{ key: Buffer.from('a'), value: Buffer.from('b') }],
  });
  for (let length = 1; length < whole.length; length++) {
    // Cut behind a field, it is a shorter message.
    if (length === 4) continue;
    expect(() => decodeRange(whole.subarray(0, length)), `${length} bytes`).toThrow(RangeError);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (array) => {
      try {
        decodeTxn(Buffer.from(array));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
