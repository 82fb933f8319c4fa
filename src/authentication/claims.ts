import { objectIn, stringsAt, textAt, valueAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { BoundResource, ObjectClaim } from '../machinery/token-issuer.ts';

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

/** `undefined`: they are not those of a service account. */
export function readClaims(payload: JsonObject): Claims | undefined {
  const own = objectIn(payload, 'kubernetes.io');
  const account = claimAt(own, 'serviceaccount');
  if (account === undefined) return undefined;
  const audience = textAt(payload, 'aud');
  const bound = Object.entries(places).flatMap(([resource, place]) => {
    const claim = claimAt(own, place);
    return claim === undefined ? [] : [[resource, claim] as const];
  });
  return {
    // One may stand without a list.
    audiences: audience === '' ? stringsAt(payload, 'aud') : [audience],
    expires: timeAt(payload, 'exp'),
    issuedAt: timeAt(payload, 'iat'),
    notBefore: timeAt(payload, 'nbf'),
    id: textAt(payload, 'jti'),
    namespace: textAt(own, 'namespace'),
    account,
    bound: Object.fromEntries(bound),
  };
}

function claimAt(own: JsonObject | undefined, place: string): ObjectClaim | undefined {
  const claim = objectIn(own, place);
  return claim === undefined ? undefined : { name: textAt(claim, 'name'), uid: textAt(claim, 'uid') };
}

function timeAt(payload: JsonObject, key: string): number | undefined {
  const time = valueAt(payload, key);
  return typeof time === 'number' ? time : undefined;
}
