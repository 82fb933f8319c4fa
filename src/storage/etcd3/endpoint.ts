import { type CallOptions, InterceptingCall, type Interceptor, type Listener } from '@grpc/grpc-js';
import { noop } from 'cockatiel';
import { Etcd3 } from 'etcd3';
import type { EtcdTls } from './options.ts';

/** One member of the cluster, with a channel of its own. */
export interface Endpoint {
  readonly url: string;
  readonly client: Etcd3;
}

const channelOptions = {
  // The default of 4 MiB fails ranges and catch-ups that etcd is happy to send.
  'grpc.max_receive_message_length': -1,
  // A peer that vanished is noticed within 20 s. etcd allows pings every 5 s, and none without a stream.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.keepalive_permit_without_calls': 0,
  // The default doubles up to two minutes: too long to notice that etcd is back.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // 64 KiB, the default, is one round trip per 64 KiB of a list.
  'grpc-node.flow_control_window': 4 * 1024 * 1024,
  // What is sent again is decided here, by what a lost answer can mean; gRPC's own ways to try again, and its record of
  // every call for a debugger that nobody connects, are a fifth of what a call costs.
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  // etcd is never behind an HTTP proxy, whatever the environment says about the rest of the world.
  'grpc.enable_http_proxy': 0,
};

function checked(server: string, tls: EtcdTls | undefined): string {
  const match = /^(https?):\/\/([^/@\s]+:\d+)\/?$/.exec(server);
  if (match === null) throw new TypeError(`etcd server ${JSON.stringify(server)} is not http(s)://host:port`);
  if (tls !== undefined && match[1] !== 'https') throw new TypeError(`etcd server ${server} is not https, but has TLS`);
  return `${match[1]}://${match[2]}`;
}

/**
 * Opens nothing yet: the first request connects.
 * @throws {TypeError} for a server or TLS option that cannot be meant.
 */
export function makeEndpoints(servers: readonly string[], tls: EtcdTls | undefined): Endpoint[] {
  if (servers.length === 0) throw new TypeError('no etcd server is given');
  if ((tls?.cert === undefined) !== (tls?.key === undefined))
    throw new TypeError('an etcd client certificate needs its key, and the key its certificate');
  const credentials =
    tls === undefined
      ? undefined
      : {
          rootCertificate: Buffer.from(tls.ca),
          ...(tls.key === undefined ? {} : { privateKey: Buffer.from(tls.key) }),
          ...(tls.cert === undefined ? {} : { certChain: Buffer.from(tls.cert) }),
        };
  return servers
    .map((server) => checked(server, tls))
    .map((url) => ({
      url,
      client: new Etcd3({
        hosts: url,
        grpcOptions: channelOptions,
        ...(credentials === undefined ? {} : { credentials }),
        // Its defaults send a transaction again when the answer was lost, and refuse all requests for 5 s after three failures.
        faultHandling: { global: noop, host: () => noop },
      }),
    }));
}

/** What every request carries beside its message. */
export interface CallHeaders {
  /** Refuse at once, or end the stream, where the member sees no leader. */
  readonly requireLeader: boolean;
  readonly token: string | undefined;
}

/** What etcd says of a token that it does not know (any longer). */
const unknownToken = 'invalid auth token';

/** What etcd3 is told instead: to the original it answers by sending the request again and again until its deadline. */
export const staleToken = 'the token is not known to etcd';

const statusListener: Listener = {
  onReceiveStatus(status, next) {
    next(status.details.includes(unknownToken) ? { ...status, details: staleToken } : status);
  },
};

/** etcd3 takes no metadata, but passes call options on: an interceptor can put them in. */
export function callOptions({ requireLeader, token }: CallHeaders, deadline?: number): CallOptions {
  const interceptor: Interceptor = (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        if (requireLeader) metadata.set('hasleader', 'true');
        if (token !== undefined) metadata.set('token', token);
        next(metadata, statusListener);
      },
    });
  return deadline === undefined ? { interceptors: [interceptor] } : { interceptors: [interceptor], deadline };
}
