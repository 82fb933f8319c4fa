import type { AdmissionAttributes } from '../../machinery/admission-attributes.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { objectIn, stringsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import type { UserInfo } from '../../machinery/request-context.ts';
import { WebhookCallError } from '../../machinery/webhook-call.ts';

/** A kind and its resource, in one version. */
export interface ReviewedNames {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
}

/** What a review is about, in the version that a webhook asks for. */
export interface Reviewed {
  readonly names: ReviewedNames;
  /** Of the objects: the resource's, or that of a subresource. */
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
}

/** What a webhook has said. */
export interface ReviewAnswer {
  readonly allowed: boolean;
  /** Why not: a metav1.Status, as far as it goes. */
  readonly status: JsonObject | undefined;
  /** JSON; '' when it changes nothing. */
  readonly patch: string;
  readonly warnings: readonly string[];
}

/** An answer that nobody can make something of. */
export class ReviewError extends Error {
  override readonly name = 'ReviewError';
}

const reviewGroup = 'admission.k8s.io';
const knownVersions = ['v1', 'v1beta1'];

/** The first of the versions that a webhook takes and that is known. @throws {ReviewError} */
export function reviewVersionOf(versions: readonly string[]): string {
  const version = versions.find((one) => knownVersions.includes(one));
  if (version !== undefined) return version;
  throw new ReviewError('webhook does not accept known AdmissionReview versions (v1, v1beta1)');
}

/** What a webhook is asked. `version`: of the review. */
export const reviewOf = (
  version: string,
  uid: string,
  attributes: AdmissionAttributes,
  about: Reviewed,
): JsonObject => ({
  kind: 'AdmissionReview',
  apiVersion: `${reviewGroup}/${version}`,
  request: {
    uid,
    ...requestOf(attributes, about),
    object: about.object ?? null,
    oldObject: about.oldObject ?? null,
  },
});

/** All that is said of a request beside its objects. */
export function requestOf(attributes: AdmissionAttributes, { names, kind }: Reviewed): JsonObject {
  const { operation, subresource, name, request } = attributes;
  const isNamespace = attributes.group === '' && attributes.resource === 'namespaces';
  // A namespace is in itself.
  const namespace = isNamespace ? name : attributes.namespace;
  const objectKind = attributes.objectKind ?? attributes;
  return {
    kind: { group: kind.group, version: kind.version, kind: kind.kind },
    resource: { group: names.group, version: names.version, resource: names.resource },
    ...(subresource !== '' && { subResource: subresource }),
    requestKind: { group: objectKind.group, version: objectKind.version, kind: objectKind.kind },
    requestResource: { group: attributes.group, version: attributes.version, resource: attributes.resource },
    ...(subresource !== '' && { requestSubResource: subresource }),
    ...(name !== '' && { name }),
    ...(namespace !== '' && { namespace }),
    operation,
    userInfo: userOf(request.user),
    dryRun: request.dryRun,
    options: optionsOf(attributes),
  };
}

const userOf = ({ name, uid, groups, extra }: UserInfo): JsonObject => ({
  ...(name !== '' && { username: name }),
  ...(uid !== '' && { uid }),
  ...(groups.length > 0 && { groups: [...groups] }),
  ...(Object.keys(extra).length > 0 && {
    extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
  }),
});

/** As what the original would have read those of the request; a patch updates. */
function optionsOf({ operation, request, options }: AdmissionAttributes): JsonObject {
  const { dryRun, fieldManager } = request;
  return {
    kind: optionsKinds[operation],
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun && { dryRun: ['All'] }),
    ...(operation !== 'DELETE' && fieldManager !== '' && { fieldManager }),
    ...options,
  };
}

const optionsKinds = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const;

/** Reads the answer to a review. @throws {ReviewError} */
export function readAnswer(
  review: JsonObject,
  { version, uid, mutates }: { readonly version: string; readonly uid: string; readonly mutates: boolean },
): ReviewAnswer {
  checkType(review);
  const response = objectIn(review, 'response');
  if (response === undefined) throw new ReviewError('webhook response was absent');
  const patchType = valueAt(response, 'patchType') ?? undefined;
  const patch = Buffer.from(textAt(response, 'patch'), 'base64').toString();
  if (version === 'v1') {
    checkNames(review, response, uid);
    checkPatch(patch, patchType, mutates);
  }
  return {
    allowed: valueAt(response, 'allowed') === true,
    status: objectIn(response, 'status'),
    patch: mutates ? patch : '',
    warnings: stringsAt(response, 'warnings'),
  };
}

/** Any version that is known will do as far as reading it goes. */
function checkType(review: JsonObject): void {
  const [apiVersion, kind] = [textAt(review, 'apiVersion'), textAt(review, 'kind')];
  const isKnown = kind === 'AdmissionReview' && knownVersions.some((one) => apiVersion === `${reviewGroup}/${one}`);
  // The original fails to find its type, and so takes it for no answer at all.
  if (!isKnown && (kind !== '' || apiVersion !== ''))
    throw new WebhookCallError(
      `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    );
}

function checkNames(review: JsonObject, response: JsonObject, uid: string): void {
  const given = textAt(response, 'uid');
  if (given !== uid) throw new ReviewError(`expected response.uid=${goQuote(uid)}, got ${goQuote(given)}`);
  const [apiVersion, kind] = [textAt(review, 'apiVersion'), textAt(review, 'kind')];
  const expected = `${reviewGroup}/v1`;
  if (apiVersion !== expected || kind !== 'AdmissionReview') {
    throw new ReviewError(
      `expected webhook response of ${expected}, Kind=AdmissionReview, got ${apiVersion === '' ? '/' : apiVersion}, Kind=${kind}`,
    );
  }
}

function checkPatch(patch: string, patchType: JsonValue | undefined, mutates: boolean): void {
  if (!mutates) {
    if (patch !== '') throw new ReviewError('validating webhook may not return response.patch');
    if (patchType !== undefined) throw new ReviewError('validating webhook may not return response.patchType');
    return;
  }
  if (patch !== '' && patchType === undefined)
    throw new ReviewError('webhook returned response.patch but not response.patchType');
  if (patch === '' && patchType !== undefined)
    throw new ReviewError('webhook returned response.patchType but not response.patch');
  if (patchType === '') throw new ReviewError('webhook returned invalid response.patchType of ""');
  if (patchType !== undefined && patchType !== 'JSONPatch') {
    throw new ReviewError(
      `unsupported patch type ${typeof patchType === 'string' ? goQuote(patchType) : 'that is no text'}`,
    );
  }
}
