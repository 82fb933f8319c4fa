import { pluralName } from './plural-name.ts';

/** What a client has to know of a kind, and of what type its objects are: as they are read, and as they are written. */
export interface ApiKind<Read = unknown, Write = Read> {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, lower case: the path segment. */
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** For the compiler only: there is no such key. */
  readonly '~objects'?: { readonly read: Read; readonly write: Write };
}

/** An object of the kind, as the server answers it. */
export type ObjectOf<Kind> = Kind extends ApiKind<infer Read, unknown> ? Read : never;

/** An object of the kind, as it is sent: what has a default, and what the client knows by itself, may be left out. */
export type InputOf<Kind> = Kind extends ApiKind<unknown, infer Write> ? Write : never;

export interface ApiKindNames {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Default: as Kubernetes' clients guess it of the kind. */
  readonly plural?: string;
  /** Default: Namespaced. */
  readonly scope?: 'Namespaced' | 'Cluster';
}

/**
 * A kind that is there already, built in or defined by others, with the type that you have of it:
 * `apiKind<V1Deployment>({ apiVersion: 'apps/v1', kind: 'Deployment' })`.
 */
export function apiKind<Read, Write = Read>({
  apiVersion,
  kind,
  plural = pluralName(kind),
  scope = 'Namespaced',
}: ApiKindNames): ApiKind<Read, Write> {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind, plural, scope };
}
