import type { Backend, Transport } from './profile.ts';

/** A server under measurement, as the load generator reaches it. Plain data: it is sent to another process. */
export type Target = {
  /** What the report calls it: `crowsnest embedded http`, `floor tls`. */
  readonly name: string;
  readonly url: string;
  readonly transport: Transport;
  /** undefined: not one that was started here, or the floor. */
  readonly backend: Backend | undefined;
  /** The process whose CPU and memory are counted, with its children; undefined: only what the client sees is reported. */
  readonly pid: number | undefined;
  /** Other servers of the same store, that watchers and writers are spread over too. */
  readonly replicas: readonly { readonly url: string; readonly pid: number }[];
  /** PEM; undefined with https: the certificate is not checked. */
  readonly ca: string | undefined;
  /** Where its debugger listens, if it has one. */
  readonly inspector: string | undefined;
  readonly token: string | undefined;
  readonly protocol: 'http1' | 'http2';
  /** The floor answers every write with bytes made beforehand; it has no objects of its own. */
  readonly floor: boolean;
  /** What ratios of this target are taken against: the floor with the same transport. */
  readonly floorName: string | undefined;
};

export const isTls = (target: Target): boolean => target.url.startsWith('https:');
