import { extraOf } from '../machinery/extra-headers.ts';
import {
  type Authentication,
  type Credentials,
  nobodyKnown,
  type RequestAuthenticator,
} from '../machinery/request-authenticator.ts';
import type { ClientAuthorities } from './client-certificates.ts';

/** What a proxy in front of the server says in, of who sent a request to it. Names in lower case, the first that is there counts. */
export interface FrontProxyHeaders {
  readonly names: readonly string[];
  readonly uids: readonly string[];
  readonly groups: readonly string[];
  /** What the names of headers begin with that are about something else. */
  readonly extraPrefixes: readonly string[];
}

/** Believes what a proxy says of who sent a request, if it connects with a certificate of these authorities. */
export class FrontProxy implements RequestAuthenticator {
  readonly #authorities: ClientAuthorities;
  readonly #allowedNames: readonly string[];
  readonly #headers: FrontProxyHeaders;

  /** `allowedNames`: common names of proxies; none: whoever has a certificate is one. */
  constructor(authorities: ClientAuthorities, allowedNames: readonly string[], headers: FrontProxyHeaders) {
    this.#authorities = authorities;
    this.#allowedNames = allowedNames;
    this.#headers = headers;
  }

  async authenticate(credentials: Credentials): Promise<Authentication> {
    if (credentials.certificate === undefined) return nobodyKnown;
    const { names, uids, groups, extraPrefixes } = this.#headers;
    const name = firstOf(credentials, names);
    if (name === '') return nobodyKnown;
    let proxy: string | undefined;
    try {
      proxy = this.#authorities.certified(credentials.certificate)?.commonName;
    } catch (error) {
      if (error instanceof Error) return { user: undefined, why: error.message };
      throw error;
    }
    if (proxy === undefined) return { user: undefined, why: 'x509: certificate signed by unknown authority' };
    if (this.#allowedNames.length > 0 && !this.#allowedNames.includes(proxy)) {
      return { user: undefined, why: `x509: subject with cn=${proxy} is not in the allowed list` };
    }
    const user = {
      name,
      uid: firstOf(credentials, uids),
      groups: groups.flatMap((header) => credentials.lines(header).filter((line) => line !== '')),
      extra: extraOf(credentials, extraPrefixes),
    };
    return { user };
  }
}

const firstOf = (credentials: Credentials, headers: readonly string[]): string =>
  headers.map((header) => credentials.header(header)).find((value) => value !== '') ?? '';
