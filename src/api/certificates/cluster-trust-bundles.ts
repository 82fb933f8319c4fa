import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { textAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { validateImmutableField } from '../../machinery/validation/values.ts';
import { checkSignerName } from '../core/signer-names.ts';
import { defineKind } from '../kind.ts';
import { column, nameColumn } from '../printing/columns.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ClusterTrustBundle } from '../types/certificates-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateTrustBundle } from './trust-bundle-validation.ts';

/** A bundle of a signer has its name in front of its own. */
function wrongName(name: string, signer: string): readonly string[] {
  if (signer === '') {
    if (name.includes(':')) return ['ClusterTrustBundle without signer name must not have ":" in its name'];
    return nameIsDnsSubdomain(name, false);
  }
  const prefix = `${signer.replaceAll('/', ':')}:`;
  if (!name.startsWith(prefix)) {
    return [`ClusterTrustBundle for signerName ${signer} must be named with prefix ${prefix}`];
  }
  return nameIsDnsSubdomain(name.slice(prefix.length), false);
}

function validate({ metadata, spec = {} }: ClusterTrustBundle, parses: boolean): FieldError[] {
  const { signerName = '', trustBundle = '' } = spec;
  const name = metadata?.name ?? '';
  const errors = name === '' ? [] : wrongName(name, signerName).map((why) => invalidValue('metadata.name', name, why));
  if (signerName !== '') checkSignerName(signerName, 'spec.signerName', errors);
  if (parses) errors.push(...validateTrustBundle(trustBundle, 'spec.trustBundle'));
  return errors;
}

/** `certificates.k8s.io/v1` ClusterTrustBundle. */
export const clusterTrustBundles = defineKind({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'ClusterTrustBundle',
  resource: 'clustertrustbundles',
  singular: 'clustertrustbundle',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'clustertrustbundles',
  alikeVersions: ['certificates.k8s.io/v1beta1'],
  fields: textFields('spec.signerName'),
  columns: [
    nameColumn,
    column('SignerName', 'Whose certificates it is for.', (bundle) => textAt(bundle, 'spec', 'signerName') || '<none>'),
  ],
  strategy: genericStrategy<ClusterTrustBundle>({
    validate: (bundle) => validate(bundle, true),
    validateUpdate: (bundle, old) => [
      ...validate(bundle, bundle.spec?.trustBundle !== old.spec?.trustBundle),
      ...validateImmutableField(bundle.spec?.signerName ?? '', old.spec?.signerName ?? '', 'spec.signerName'),
    ],
    allowUnconditionalUpdate: false,
  }),
});
