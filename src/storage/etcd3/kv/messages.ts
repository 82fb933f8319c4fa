import { BackwardWriter, Reader } from './wire.ts';

/**
 * The messages of etcd's KV service, as far as this folder uses them, in etcd's own names (`rpc.proto`): the same
 * shapes as the etcd3 package's types. Absent fields have the values that protobuf gives them.
 */
export interface RangeRequest {
  readonly key: Buffer;
  readonly range_end?: Buffer;
  readonly limit?: number;
  readonly revision?: string;
  readonly count_only?: boolean;
}

export type Comparison = { readonly result: 'Equal'; readonly key: Buffer } & (
  | { readonly target: 'Mod'; readonly mod_revision: string }
  | { readonly target: 'Version'; readonly version: string }
);

export type RequestOp =
  | { readonly request_put: { readonly key: Buffer; readonly value: Buffer; readonly lease?: string } }
  | { readonly request_delete_range: { readonly key: Buffer } }
  | { readonly request_range: RangeRequest };

export interface TxnRequest {
  readonly compare?: readonly Comparison[];
  readonly success: readonly RequestOp[];
  readonly failure?: readonly RequestOp[];
}

/** `revision` is '' where there is no header. */
interface Header {
  readonly revision: string;
}

/** `key` and `value` are views: they keep the memory of the whole answer. */
export interface WireKeyValue {
  readonly key: Buffer;
  readonly create_revision: string;
  readonly mod_revision: string;
  readonly version: string;
  readonly value: Buffer;
}

export interface RangeResponse {
  readonly header: Header;
  readonly kvs: readonly WireKeyValue[];
  readonly more: boolean;
  readonly count: string;
}

export interface ResponseOp {
  /** Absent: it answers something else. */
  readonly response_range?: RangeResponse;
}

export interface TxnResponse {
  readonly header: Header;
  readonly succeeded: boolean;
  readonly responses: readonly ResponseOp[];
}

/** More than a message takes beside its keys and values: gRPC's prefix, and for each part its tags, lengths and numbers. */
const overhead = 64;

/** With gRPC's prefix. */
export function encodeRange(request: RangeRequest): Buffer {
  const writer = new BackwardWriter(sizeOfRange(request));
  return writer.framed(() => writeRange(writer, request));
}

/** With gRPC's prefix. */
export function encodeTxn({ compare = [], success, failure = [] }: TxnRequest): Buffer {
  let capacity = overhead;
  for (const { key } of compare) capacity += overhead + key.length;
  for (const operation of success) capacity += sizeOf(operation);
  for (const operation of failure) capacity += sizeOf(operation);
  const writer = new BackwardWriter(capacity);
  return writer.framed(() => {
    for (const operation of failure.toReversed()) writer.message(3, () => writeOperation(writer, operation));
    for (const operation of success.toReversed()) writer.message(2, () => writeOperation(writer, operation));
    for (const comparison of compare.toReversed()) writer.message(1, () => writeComparison(writer, comparison));
  });
}

/** @throws {RangeError} for what is not such a message */
export function decodeRange(bytes: Buffer): RangeResponse {
  return readRange(new Reader(bytes));
}

/** @throws {RangeError} for what is not such a message */
export function decodeTxn(bytes: Buffer): TxnResponse {
  let header = noHeader;
  let succeeded = false;
  const responses: ResponseOp[] = [];
  for (const reader = new Reader(bytes); reader.next(); ) {
    if (reader.field === 1) header = readHeader(reader.message());
    else if (reader.field === 2) succeeded = reader.small() !== 0;
    else if (reader.field === 3) responses.push(readResponse(reader.message()));
  }
  return { header, succeeded, responses };
}

const sizeOfRange = ({ key, range_end }: RangeRequest): number => overhead + key.length + (range_end?.length ?? 0);

function sizeOf(operation: RequestOp): number {
  if ('request_range' in operation) return overhead + sizeOfRange(operation.request_range);
  if ('request_delete_range' in operation) return overhead + operation.request_delete_range.key.length;
  const { key, value } = operation.request_put;
  return overhead + key.length + value.length;
}

function writeRange(
  writer: BackwardWriter,
  { key, range_end, limit = 0, revision = '0', count_only }: RangeRequest,
): void {
  if (count_only === true) writer.integer(9, 1);
  writer.integer(4, revision);
  writer.integer(3, limit);
  if (range_end !== undefined) writer.bytes(2, range_end);
  writer.bytes(1, key);
}

function writeOperation(writer: BackwardWriter, operation: RequestOp): void {
  if ('request_range' in operation) {
    writer.message(1, () => writeRange(writer, operation.request_range));
  } else if ('request_delete_range' in operation) {
    writer.message(3, () => writer.bytes(1, operation.request_delete_range.key));
  } else {
    const { key, value, lease = '0' } = operation.request_put;
    writer.message(2, () => {
      writer.integer(3, lease);
      writer.bytes(2, value);
      writer.bytes(1, key);
    });
  }
}

/** `result` is not written: Equal is its zero. */
function writeComparison(writer: BackwardWriter, comparison: Comparison): void {
  if (comparison.target === 'Mod') writer.chosen(6, comparison.mod_revision);
  else writer.chosen(4, comparison.version);
  writer.bytes(3, comparison.key);
  writer.integer(2, comparison.target === 'Mod' ? 2 : 0);
}

const noHeader: Header = { revision: '' };
const noBytes: Buffer = Buffer.alloc(0);

function readHeader(reader: Reader): Header {
  let revision = '0';
  while (reader.next()) if (reader.field === 3) revision = reader.text();
  return { revision };
}

function readRange(reader: Reader): RangeResponse {
  let header = noHeader;
  let more = false;
  let count = '0';
  const kvs: WireKeyValue[] = [];
  while (reader.next()) {
    if (reader.field === 1) header = readHeader(reader.message());
    else if (reader.field === 2) kvs.push(readKeyValue(reader.message()));
    else if (reader.field === 3) more = reader.small() !== 0;
    else if (reader.field === 4) count = reader.text();
  }
  return { header, kvs, more, count };
}

function readKeyValue(reader: Reader): WireKeyValue {
  let key = noBytes;
  let value = noBytes;
  let create_revision = '0';
  let mod_revision = '0';
  let version = '0';
  while (reader.next()) {
    if (reader.field === 1) key = reader.bytes();
    else if (reader.field === 2) create_revision = reader.text();
    else if (reader.field === 3) mod_revision = reader.text();
    else if (reader.field === 4) version = reader.text();
    else if (reader.field === 5) value = reader.bytes();
  }
  return { key, value, create_revision, mod_revision, version };
}

function readResponse(reader: Reader): ResponseOp {
  let range: RangeResponse | undefined;
  while (reader.next()) if (reader.field === 1) range = readRange(reader.message());
  return range === undefined ? {} : { response_range: range };
}
