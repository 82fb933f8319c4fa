import { objectIn, textAt, valueAt } from '../machinery/json/json-path.ts';
import type { JsonObject, JsonValue } from '../machinery/json-value.ts';
import type { BoundResource, ObjectClaim } from '../machinery/token-issuer.ts';

/** A token that is signed, and says something that nobody can mean. */
export class ClaimsError extends Error {
  override readonly name = 'ClaimsError';

  constructor(why: string) {
    super(`go-jose/go-jose/jwt: ${why}`);
  }
}

/** What a token of a service account says. Times are in seconds since the epoch. */
export interface Claims {
  readonly audiences: readonly string[];
  readonly expires: number | undefined;
  readonly issuedAt: number | undefined;
  readonly notBefore: number | undefined;
  /** '' when it has none. */
  readonly id: string;
  readonly namespace: string;
  readonly account: ObjectClaim;
  readonly bound: Readonly<Partial<Record<BoundResource, ObjectClaim>>>;
}

const places = { nodes: 'node', pods: 'pod', secrets: 'secret' } as const satisfies Record<BoundResource, string>;

/** @throws {ClaimsError} when something in them is not of its type */
export function readClaims(payload: JsonObject): Claims {
  const own = objectIn(payload, 'kubernetes.io');
  const bound = Object.entries(places).flatMap(([resource, place]) => {
    const claim = claimAt(own, place);
    return claim === undefined ? [] : [[resource, claim] as const];
  });
  return {
    audiences: audiencesIn(valueAt(payload, 'aud')),
    expires: timeAt(payload, 'exp'),
    issuedAt: timeAt(payload, 'iat'),
    notBefore: timeAt(payload, 'nbf'),
    id: textAt(payload, 'jti'),
    namespace: textAt(own, 'namespace'),
    account: claimAt(own, 'serviceaccount') ?? { name: '', uid: '' },
    bound: Object.fromEntries(bound),
  };
}

function claimAt(own: JsonObject | undefined, place: string): ObjectClaim | undefined {
  const claim = objectIn(own, place);
  return claim === undefined ? undefined : { name: textAt(claim, 'name'), uid: textAt(claim, 'uid') };
}

/** One may stand without a list. */
function audiencesIn(given: JsonValue | undefined): readonly string[] {
  if (given === undefined || given === null) return [];
  const list = typeof given === 'string' ? [given] : given;
  if (Array.isArray(list) && list.every((audience) => typeof audience === 'string')) return list;
  throw new ClaimsError('expected string or array value to unmarshal to Audience');
}

function timeAt(payload: JsonObject, key: string): number | undefined {
  const time = valueAt(payload, key) ?? undefined;
  if (time === undefined || typeof time === 'number') return time;
  if (typeof time === 'bigint') return Number(time);
  throw new ClaimsError('expected number value to unmarshal NumericDate');
}
