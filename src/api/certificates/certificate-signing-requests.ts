import { allBut } from '../../machinery/apply/field-filter.ts';
import { objectsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { timeText } from '../../machinery/time.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { humanDuration } from '../printing/human-duration.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy, keepOld } from '../strategy/generic-strategy.ts';
import type { Occasion, UpdateStrategy } from '../strategy/strategy.ts';
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
} from '../types/certificates-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import {
  validateOneDecision,
  validateSigningRequest,
  validateSigningRequestUpdate,
} from './signing-request-validation.ts';

/** Who asks is who sent the request, whatever it says. */
function fillInUser(request: CertificateSigningRequest, { user }: Occasion): void {
  const spec = (request.spec ??= {});
  const { name, uid, groups, extra } = user;
  delete spec.username;
  delete spec.uid;
  delete spec.groups;
  delete spec.extra;
  if (name !== '') spec.username = name;
  if (uid !== '') spec.uid = uid;
  if (groups.length > 0) spec.groups = [...groups];
  const entries = Object.entries(extra);
  if (entries.length > 0) spec.extra = Object.fromEntries(entries.map(([key, values]) => [key, [...values]]));
}

/** When a condition was last looked at, and when it last changed, if it does not say. */
function fillInTimes(request: CertificateSigningRequest, old: CertificateSigningRequest, { now }: Occasion): void {
  const time = timeText(now);
  for (const condition of request.status?.conditions ?? []) {
    condition.lastUpdateTime ??= time;
    condition.lastTransitionTime ??= sameBefore(condition, old) ?? time;
  }
}

const sameBefore = (
  { type, status }: CertificateSigningRequestCondition,
  old: CertificateSigningRequest,
): string | null | undefined =>
  old.status?.conditions?.find(
    (before) => before.type === type && before.status === status && (before.lastTransitionTime ?? null) !== null,
  )?.lastTransitionTime;

/** What was decided stays as it was, unless conditions are added or removed, which is refused. */
function keepDecisions(request: CertificateSigningRequest, old: CertificateSigningRequest): void {
  const conditions = request.status?.conditions ?? [];
  for (const type of ['Approved', 'Denied']) {
    const before = (old.status?.conditions ?? []).filter((condition) => condition.type === type);
    const places = conditions.flatMap((condition, index) => (condition.type === type ? [index] : []));
    if (before.length !== places.length) continue;
    for (const [index, place] of places.entries()) conditions[place] = { ...before[index] };
  }
}

/** `approval`: says whether the request is granted, and nothing else. */
const approval: UpdateStrategy = {
  prepareForUpdate(object, before, occasion) {
    const [request, old] = [object as CertificateSigningRequest, before as CertificateSigningRequest];
    fillInTimes(request, old, occasion);
    const conditions = request.status?.conditions;
    keepOld(object, before, 'spec');
    request.status = { ...old.status };
    delete request.status.conditions;
    if (conditions !== undefined) request.status.conditions = conditions;
  },
  validateUpdate: (object, before) =>
    validateSigningRequestUpdate(object, before, {
      setsDecision: true,
      setsCertificate: false,
    }),
  managedFields: allBut(['spec'], ['status', 'certificate']),
};

function conditionText(request: JsonObject): string {
  const types = new Set(objectsAt(request, 'status', 'conditions').map((condition) => stringAt(condition, 'type')));
  const decision = types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : 'Pending';
  const issued = textAt(request, 'status', 'certificate') === '' ? '' : ',Issued';
  return `${decision}${types.has('Failed') ? ',Failed' : ''}${issued}`;
}

function durationText(request: JsonObject): string {
  const seconds = valueAt(request, 'spec', 'expirationSeconds');
  return typeof seconds === 'number' ? humanDuration(seconds * 1000) : '<none>';
}

/** `certificates.k8s.io/v1` CertificateSigningRequest. */
export const certificateSigningRequests = defineKind({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  resource: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: { approval: ['get', 'patch', 'update'], ...statusSubresource },
  storagePrefix: 'certificatesigningrequests',
  fields: textFields('spec.signerName'),
  columns: [
    nameColumn,
    ageColumn,
    column('SignerName', 'Who is to sign it.', (request) => textAt(request, 'spec', 'signerName') || '<none>'),
    column('Requestor', 'Who asks.', (request) => textAt(request, 'spec', 'username')),
    column('RequestedDuration', 'For how long the certificate should be valid.', durationText),
    column('Condition', 'What became of it.', conditionText),
  ],
  strategy: genericStrategy<CertificateSigningRequest>({
    initialStatus: () => ({}),
    onCreate: fillInUser,
    onUpdate: (request, old) => keepOld(request, old, 'spec'),
    validate: (request) => [...validateSigningRequest(request, undefined), ...validateOneDecision(request, undefined)],
    validateUpdate: (request, old) =>
      validateSigningRequestUpdate(request, old, { setsDecision: false, setsCertificate: false }),
    onStatusUpdate(request, old, occasion) {
      keepDecisions(request, old);
      fillInTimes(request, old, occasion);
    },
    validateStatus: (request, old) =>
      validateSigningRequestUpdate(request, old, { setsDecision: false, setsCertificate: true }),
    statusResets: [['status', 'conditions']],
    subresources: { approval },
    more: { managedFields: allBut(['spec'], ['status']) },
  }),
});
