import type { UserInfo } from './request-context.ts';

/** What a client showed when it connected. */
export interface PresentedCertificate {
  /** In DER, the client's own first. */
  readonly chain: readonly Buffer[];
  /** It leads to an authority that this server asks clients for, was good then, and is for clients. */
  readonly trusted: boolean;
}

/** What a request has with it that may say who sent it. */
export interface Credentials {
  /** The first of this name, which is in lower case; '' when there is none. */
  header(name: string): string;
  /** Every line of this name, as it was sent. */
  lines(name: string): readonly string[];
  /** Of all headers, in lower case. */
  headerNames(): Iterable<string>;
  readonly certificate: PresentedCertificate | undefined;
}

/** Who it is; or why what was shown is not right: '' when nothing was. */
export type Authentication = { readonly user: UserInfo } | { readonly user: undefined; readonly why: string };

/** Tells who sent a request. */
export interface RequestAuthenticator {
  authenticate(credentials: Credentials): Promise<Authentication>;
}

export const nobodyKnown: Authentication = { user: undefined, why: '' };
