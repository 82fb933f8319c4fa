import { invalidValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { objectIn, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import { internalStruct } from '../core/internal-structs.ts';
import { defineKind } from '../kind.ts';
import { column, nameColumn } from '../printing/columns.ts';
import { labelText } from '../printing/label-text.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { PodCertificateRequest } from '../types/certificates-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { validatePodCertificateRequest } from './pod-certificate-request-validation.ts';
import { validatePodCertificateStatus } from './pod-certificate-status-validation.ts';

const ends = ['Issued', 'Denied', 'Failed'];

const stateText = (request: JsonObject): string =>
  objectsAt(request, 'status', 'conditions')
    .map((condition) => stringAt(condition, 'type'))
    .findLast((type) => ends.includes(type)) ?? 'Pending';

/** A column that is a text of the spec. */
const specColumn = (name: string, description: string, field: string) =>
  column(name, description, (request) => textAt(request, 'spec', field));

/** `certificates.k8s.io/v1` PodCertificateRequest. */
export const podCertificateRequests = defineKind({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'PodCertificateRequest',
  resource: 'podcertificaterequests',
  singular: 'podcertificaterequest',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'podcertificaterequests',
  alikeVersions: ['certificates.k8s.io/v1beta1'],
  fields: textFields('spec.signerName', 'spec.podName', 'spec.nodeName'),
  columns: [
    nameColumn,
    specColumn('PodName', 'The pod that it is for.', 'podName'),
    specColumn('ServiceAccountName', 'As whom the pod runs.', 'serviceAccountName'),
    specColumn('NodeName', 'Where the pod runs.', 'nodeName'),
    specColumn('SignerName', 'Who is to sign it.', 'signerName'),
    column('State', 'What became of it.', stateText),
    column('UnverifiedUserAnnotations', 'What the pod asks of the signer.', (request) =>
      labelText(objectIn(request, 'spec', 'unverifiedUserAnnotations')),
    ),
  ],
  strategy: genericStrategy<PodCertificateRequest>({
    defaults(request) {
      const spec = (request.spec ??= {});
      spec.maxExpirationSeconds ??= 86_400;
    },
    initialStatus: () => ({}),
    validate: validatePodCertificateRequest,
    validateUpdate({ spec = {} }, old) {
      if (jsonEqual(spec, old.spec ?? {})) return [];
      return [invalidValue('spec', internalStruct('PodCertificateRequestSpec', spec), fieldIsImmutable)];
    },
    validateStatus: (request, old, { now }) => validatePodCertificateStatus(request, old, now),
    validateName: nameIsDnsSubdomain,
    onStatusUpdate: keepMetadata,
    statusResets: metadataReset,
    allowUnconditionalUpdate: false,
  }),
});
