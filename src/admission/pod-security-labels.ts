import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { errorsOfEach, type FieldError, invalidValue } from '../machinery/field-error.ts';
import { metadataMap } from '../machinery/object-meta.ts';
import { invalid } from '../machinery/status-errors.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';

const modes = ['enforce', 'audit', 'warn'];
const levels = ['privileged', 'baseline', 'restricted'];
const version = /^(latest|v1\.(\d|[1-9]\d*))$/;

/** A namespace says in its labels how secure its pods must be: in words that there are. */
export class PodSecurityLabels implements AdmissionPlugin {
  readonly name = 'PodSecurity';

  validate({ operation, group, resource, subresource, object, name }: AdmissionAttributes): Promise<void> {
    const isNamespace = group === '' && resource === 'namespaces' && subresource === '';
    if (!isNamespace || operation === 'DELETE' || object === undefined) return Promise.resolve();
    const errors = wrongLabels(metadataMap(object, 'labels'));
    return errors.length === 0
      ? Promise.resolve()
      : Promise.reject(invalid({ group: '', kind: 'Namespace' }, name, errors));
  }
}

const wrongLabels = (labels: Readonly<Record<string, string>>): FieldError[] =>
  errorsOfEach(modes, (mode) => {
    const label = `pod-security.kubernetes.io/${mode}`;
    const [level, since] = [labels[label], labels[`${label}-version`]];
    const errors: FieldError[] = [];
    if (level !== undefined && !levels.includes(level))
      errors.push(invalidValue(`metadata.labels[${label}]`, level, `must be one of ${levels.join(', ')}`));
    if (since !== undefined && !version.test(since))
      errors.push(invalidValue(`metadata.labels[${label}-version]`, since, 'must be "latest" or "v1.x"'));
    return errors;
  });
