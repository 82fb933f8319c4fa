/** A server under measurement, as the load generator reaches it. Plain data: it is sent to another process. */
export type Target = {
  /** What the report calls it: `crowsnest embedded http`, `floor tls`. */
  readonly name: string;
  readonly url: string;
  /** The process whose CPU and memory are counted; undefined: only what the client sees is reported. */
  readonly pid: number | undefined;
  /** PEM; undefined with https: the certificate is not checked. */
  readonly ca: string | undefined;
  readonly token: string | undefined;
  readonly protocol: 'http1' | 'http2';
  /** The floor answers every write with bytes made beforehand; it has no objects of its own. */
  readonly floor: boolean;
  /** What ratios of this target are taken against: the floor with the same transport. */
  readonly floorName: string | undefined;
};

/** A target with what keeps it alive. */
export type RunningTarget = { readonly target: Target; stop(): Promise<void> };

export const isTls = (target: Target): boolean => target.url.startsWith('https:');
