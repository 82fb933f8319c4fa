import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { objectsAt } from '../machinery/json/json-path.ts';
import { objectAt, stringAt } from '../machinery/json-value.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** No pod is scheduled to a node before a controller has seen that it is ready. */
export class TaintNodesByCondition implements AdmissionPlugin {
  readonly name = 'TaintNodesByCondition';

  admit({ operation, group, resource, subresource, object }: AdmissionAttributes): Promise<void> {
    const isNew = operation === 'CREATE' && group === '' && resource === 'nodes' && subresource === '';
    if (!isNew || object === undefined) return Promise.resolve();
    const taints = objectsAt(object, 'spec', 'taints');
    const has = taints.some(
      (taint) => stringAt(taint, 'key') === notReady.key && stringAt(taint, 'effect') === notReady.effect,
    );
    if (has) return Promise.resolve();
    object['spec'] = { ...objectAt(object, 'spec'), taints: [...taints, { ...notReady }] };
    return Promise.resolve();
  }
}
