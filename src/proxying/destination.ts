import type { Transport } from './transport.ts';

/** Where a request goes on to, and by what. */
export interface Destination {
  readonly scheme: 'http' | 'https';
  /** A name or an address, without brackets. */
  readonly host: string;
  /** The address at which `host` was found, if it was looked for: it is not looked for again. */
  readonly address?: string;
  /** undefined: the scheme's own. */
  readonly port: number | undefined;
  /** Percent-encoded; '' or beginning with a slash. */
  readonly path: string;
  /** Without `?`; '' for none. */
  readonly query: string;
  readonly transport: Transport;
}

/** `10.0.0.1:10250`, `[::1]:80`, `node.example`. */
export function authorityOf({ host, port }: Pick<Destination, 'host' | 'port'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? name : `${name}:${port}`;
}

/** What is asked for there: `/logs?tailLines=3`. */
export const targetOf = ({ path, query }: Pick<Destination, 'path' | 'query'>): string =>
  `${path === '' ? '/' : path}${query === '' ? '' : `?${query}`}`;

export const urlOf = (destination: Omit<Destination, 'transport'>): string =>
  `${destination.scheme}://${authorityOf(destination)}${destination.path}${destination.query === '' ? '' : `?${destination.query}`}`;
