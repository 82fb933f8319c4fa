import { objectsAt, stringsAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { labelValue } from '../../machinery/validation/label.ts';

/** Labels of nodes that nobody should select by any more, and what to do instead. */
const deprecated: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

/** Undefined when the label is as good as any. */
export const deprecatedNodeLabel = (key: string): string | undefined =>
  Object.hasOwn(deprecated, key) ? deprecated[key] : undefined;

/** What should be heard of a NodeSelectorTerm; `withValues`: its values are not validated elsewhere. */
export const nodeSelectorTermWarnings = (term: JsonObject | undefined, path: string, withValues = false): string[] =>
  objectsAt(term, 'matchExpressions').flatMap((expression, index) => {
    const at = `${path}.matchExpressions[${index}]`;
    const key = stringAt(expression, 'key');
    const message = deprecatedNodeLabel(key);
    const warnings = message === undefined ? [] : [`${at}.key: ${key} is ${message}`];
    if (!withValues) return warnings;
    for (const [place, value] of stringsAt(expression, 'values').entries()) {
      for (const wrong of labelValue(value)) warnings.push(`${at}.values[${place}]: ${value} is invalid, ${wrong}`);
    }
    return warnings;
  });
