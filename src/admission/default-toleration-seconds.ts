import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { isJsonObject, type JsonObject, objectAt, stringAt } from '../machinery/json-value.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import { isPodItself } from './is-pod-itself.ts';

/** Seconds for which a pod stays on a node that is lost, if it does not say: kube-apiserver's default. */
const tolerationSeconds = 300;

const unavailable = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** Says for how long a pod stays on a node that is not ready or cannot be reached, where the pod does not say it. */
export class DefaultTolerationSeconds implements AdmissionPlugin {
  readonly name = 'DefaultTolerationSeconds';

  admit(attributes: AdmissionAttributes): Promise<void> {
    if (isPodItself(attributes)) addTolerations(objectAt(attributes.object, 'spec'));
    return Promise.resolve();
  }
}

function addTolerations(spec: JsonObject | undefined): void {
  if (spec === undefined) return;
  const present = spec['tolerations'];
  const tolerations = Array.isArray(present) ? present : [];
  const given = tolerations.filter(isJsonObject);
  const missing = unavailable.filter((taint) => !given.some((toleration) => tolerates(toleration, taint)));
  if (missing.length === 0) return;
  for (const key of missing) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds });
  spec['tolerations'] = tolerations;
}

function tolerates(toleration: JsonObject, taint: string): boolean {
  const [key, effect] = [stringAt(toleration, 'key'), stringAt(toleration, 'effect')];
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
}
