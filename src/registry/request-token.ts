import type { TokenRequest } from '../api/types/authentication-v1.generated.ts';
import { ApiError } from '../machinery/api-error.ts';
import { type FieldError, invalidValue, unsupportedValue } from '../machinery/field-error.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { textAt } from '../machinery/json/json-path.ts';
import type { JsonObject, JsonValue } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { badRequest, conflict, invalid } from '../machinery/status-errors.ts';
import { timeText } from '../machinery/time.ts';
import type { BoundResource, ObjectClaim, TokenIssuer } from '../machinery/token-issuer.ts';
import { parseGroupVersion } from '../machinery/type-meta.ts';
import { dns1123Subdomain } from '../machinery/validation/dns.ts';
import { requireName } from './require-name.ts';
import type { ObjectScope, RestStorage } from './rest-storage.ts';

const group = 'authentication.k8s.io';
const kind = 'TokenRequest';

export const defaultTokenSeconds = 3_600;
const minSeconds = 600;
const maxSeconds = 2 ** 32;
/** What kubelets ask for a pod. They ask for another in time, but not every client looks for it: it is good for longer. */
const renewedSeconds = 3_607;
const extendedSeconds = 365 * 24 * 3_600;

export interface TokenRequestParts {
  readonly accounts: RestStorage;
  /** `undefined`: it is not served. */
  readonly storeOf: (resource: BoundResource) => RestStorage | undefined;
  readonly tokens: TokenIssuer;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Answers a request for a token of the service account in `scope`. Changes `object`, a TokenRequest with its defaults.
 * @throws {ApiError} 400, 404, 409, 422
 */
export async function requestToken(parts: TokenRequestParts, scope: ObjectScope, object: JsonObject): Promise<void> {
  const request: TokenRequest = object;
  const { accounts, tokens, now } = parts;
  const metadata = (request.metadata ??= {});
  if ((metadata.name ?? '') !== '' && metadata.name !== scope.name) {
    const why = 'must match the service account name if specified';
    throw invalid({ group, kind }, scope.name, [invalidValue('metadata.name', metadata.name ?? '', why)]);
  }
  const account = claimOf((await accounts.get(scope, '')).parse());
  if ((metadata.uid ?? '') !== '' && metadata.uid !== account.uid) {
    const own = `the UID of the service account (${account.uid})`;
    throw conflict(
      { group, resource: kind },
      scope.name,
      `the UID in the token request (${metadata.uid}) does not match ${own}`,
    );
  }
  Object.assign(metadata, { name: account.name, namespace: scope.namespace, uid: account.uid });
  metadata.creationTimestamp = timeText(now);
  const spec = (request.spec ??= {});
  if ((spec.audiences ?? []).length === 0) spec.audiences = [...tokens.audiences];
  const errors = validateTokenRequest(request);
  if (errors.length > 0) throw invalid({ group, kind }, '', errors);

  const bound = await boundObjects(parts, scope, request);
  const seconds = Number(spec.expirationSeconds ?? defaultTokenSeconds);
  const isForServer = (spec.audiences ?? []).every((audience) => tokens.audiences.includes(audience));
  const isRenewed = bound.pods !== undefined && seconds === renewedSeconds && isForServer;
  const token = tokens.issue({
    namespace: scope.namespace,
    account,
    bound,
    audiences: spec.audiences ?? [],
    seconds: isRenewed ? extendedSeconds : seconds,
    warnAfterSeconds: isRenewed ? seconds : undefined,
  });
  request.status = { token, expirationTimestamp: timeText(now + seconds * 1000) };
}

const claimOf = (object: JsonObject): ObjectClaim => ({
  name: metadataField(object, 'name'),
  uid: metadataField(object, 'uid'),
});

const webhookKinds = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'];
const attestation = 'admissionReviewAPIGroups';

const isWebhook = ({ apiVersion, kind: of = '' }: NonNullable<NonNullable<TokenRequest['spec']>['boundObjectRef']>) =>
  apiVersion === 'admissionregistration.k8s.io/v1' && webhookKinds.includes(of);

function validateTokenRequest({ spec = {} }: TokenRequest): FieldError[] {
  const { expirationSeconds, audiences, attestations = {}, boundObjectRef } = spec;
  const seconds = expirationSeconds ?? 0;
  const errors: FieldError[] = [];
  const wrong = (why: string) => errors.push(invalidValue('spec.expirationSeconds', seconds, why));
  if (seconds < minSeconds) wrong('may not specify a duration less than 10 minutes');
  if (seconds > maxSeconds) wrong('may not specify a duration larger than 2^32 seconds');
  const path = 'spec.attestations';
  const given = Object.entries(attestations);
  const shown: JsonValue = given.length === 0 ? null : attestations;
  if (boundObjectRef === undefined || boundObjectRef === null || !isWebhook(boundObjectRef)) {
    const why = 'attestations may only be specified with a webhook bound object reference';
    return given.length === 0 ? errors : [invalidValue(path, shown, why)];
  }
  if (audiences?.length !== 1) {
    const why = 'must be length 1 when bound to a webhook config';
    errors.push(invalidValue('spec.audiences', audiences ?? null, why));
  }
  if (given.length !== 1) {
    const why = 'webhook bound requests require exactly one admissionReviewAPIGroups attestation';
    return [...errors, invalidValue(path, shown, why)];
  }
  return [...errors, ...given.flatMap(([key, values]) => validateAttestation(key, values, `${path}[${key}]`))];
}

function validateAttestation(key: string, values: readonly string[], path: string): FieldError[] {
  if (key !== attestation) return [unsupportedValue(path, key, [attestation])];
  const [groupAsked, ...more] = values;
  if (groupAsked === undefined || more.length > 0) {
    return [invalidValue(path, [...values], 'must specify a single value')];
  }
  const at = `${path}[0]`;
  if (groupAsked === '') return [invalidValue(at, '', 'may not be an empty string')];
  if (groupAsked === '*') return [];
  return dns1123Subdomain(groupAsked).map((why) =>
    invalidValue(at, groupAsked, `must specify a valid API Group: ${why}`),
  );
}

type Bound = Partial<Record<BoundResource, ObjectClaim>>;

/** What the token is to be bound to, as it is now. @throws {ApiError} */
async function boundObjects(parts: TokenRequestParts, scope: ObjectScope, { spec = {} }: TokenRequest): Promise<Bound> {
  const ref = spec.boundObjectRef;
  if (ref === undefined || ref === null) return {};
  const { kind: of = '', apiVersion = '', name = '', uid = '' } = ref;
  const gv = apiVersion.split('/').length > 2 ? { group: '', version: '' } : parseGroupVersion(apiVersion);
  const shown = `${gv.group}/${gv.version}, Kind=${of}`;
  const resource = gv.group === '' && Object.hasOwn(resources, of) ? resources[of] : undefined;
  if (resource === undefined) {
    const why = isWebhook(ref) ? ' (feature gate APIServerWebhookAuthenticationToken is disabled)' : '';
    throw badRequest(`cannot bind token to object of type ${shown}${why}`);
  }
  const store = parts.storeOf(resource);
  if (store === undefined) throw badRequest(`cannot bind token to object of type ${shown}`);
  requireName(name);
  const object = (await store.get({ namespace: resource === 'nodes' ? '' : scope.namespace, name }, '')).parse();
  const claim = claimOf(object);
  const bound: Bound = { [resource]: claim };
  if (resource === 'pods') {
    if (textAt(object, 'spec', 'serviceAccountName') !== scope.name) {
      const account = goQuote(scope.name);
      throw badRequest(
        `cannot bind token for serviceaccount ${account} to pod running with different serviceaccount name.`,
      );
    }
    const node = textAt(object, 'spec', 'nodeName');
    if (node !== '') bound.nodes = await nodeClaim(parts, node);
  }
  if (uid !== '' && uid !== claim.uid) {
    const why =
      `the UID in the bound object reference (${uid}) does not match the UID in record. ` +
      'The object might have been deleted and then recreated';
    throw conflict({ group: gv.group, resource: of }, name, why);
  }
  return bound;
}

const resources: Readonly<Record<string, BoundResource>> = { Node: 'nodes', Pod: 'pods', Secret: 'secrets' };

/** A pod is told of with its node, whether there is one or not. */
async function nodeClaim({ storeOf }: TokenRequestParts, name: string): Promise<ObjectClaim> {
  try {
    const node = await storeOf('nodes')?.get({ namespace: '', name }, '');
    return node === undefined ? { name, uid: '' } : claimOf(node.parse());
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return { name, uid: '' };
    throw error;
  }
}
