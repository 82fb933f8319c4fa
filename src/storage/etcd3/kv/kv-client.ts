import {
  decodeRange,
  decodeTxn,
  encodeRange,
  encodeTxn,
  type RangeRequest,
  type RangeResponse,
  type TxnRequest,
  type TxnResponse,
} from './messages.ts';
import type { CallOptions, UnaryChannel } from './unary-channel.ts';

/**
 * The two requests that nearly all of a store's work consists of, to one member. Both reject with CallError, or with
 * RangeError for an answer that cannot be read.
 */
export class KvClient {
  readonly #channel: UnaryChannel;

  constructor(channel: UnaryChannel) {
    this.#channel = channel;
  }

  async range(request: RangeRequest, options: CallOptions): Promise<RangeResponse> {
    return decodeRange(await this.#channel.call('/etcdserverpb.KV/Range', encodeRange(request), options));
  }

  async txn(request: TxnRequest, options: CallOptions): Promise<TxnResponse> {
    return decodeTxn(await this.#channel.call('/etcdserverpb.KV/Txn', encodeTxn(request), options));
  }

  close(): void {
    this.#channel.close();
  }
}
