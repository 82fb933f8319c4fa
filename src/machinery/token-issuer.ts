/** What a token can be bound to beside its service account. */
export type BoundResource = 'nodes' | 'pods' | 'secrets';

export interface ObjectClaim {
  readonly name: string;
  /** '' when it is not known. */
  readonly uid: string;
}

/** What a token of a service account is to say. */
export interface TokenWish {
  readonly namespace: string;
  readonly account: ObjectClaim;
  readonly bound: Readonly<Partial<Record<BoundResource, ObjectClaim>>>;
  readonly audiences: readonly string[];
  readonly seconds: number;
  /** From when on its use is told of, in seconds from now. */
  readonly warnAfterSeconds: number | undefined;
}

/** Makes the tokens of service accounts. */
export interface TokenIssuer {
  /** Whom a token is for that is for nobody in particular: the server itself. */
  readonly audiences: readonly string[];
  /** Signed. */
  issue(wish: TokenWish): string;
}

/** Something about the issuer that anybody may read. */
export interface IssuerDocument {
  /** Where it is served, without an end slash. */
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}
