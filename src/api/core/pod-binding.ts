import { addInvalid, type FieldError, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { conflict } from '../../machinery/status-errors.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import type { Binding, Pod } from '../types/core-v1.generated.ts';
import { setPodCondition } from './pod-conditions.ts';

/** What is wrong with the node that a scheduler found for a pod. */
export function validateBinding({ target = {} }: Binding): FieldError[] {
  const { kind = '', name = '' } = target;
  const errors: FieldError[] = [];
  const isNode = kind === '' || kind === 'Node';
  if (!isNode) errors.push(unsupportedValue('target.kind', kind, ['Node', '<empty>']));
  if (name === '') errors.push(requiredValue('target.name'));
  else if (isNode) addInvalid(errors, 'target.name', name, dns1123Subdomain(name));
  return errors;
}

/**
 * Puts a pod on a node. Changes `object`, a pod. `now`: in milliseconds since the epoch.
 * @throws {ApiError} 409 when the pod cannot be put anywhere
 */
export function bindPod(object: JsonObject, { metadata = {}, target = {} }: Binding, now: number): JsonObject {
  const pod: Pod = object;
  const own = (pod.metadata ??= {});
  const spec = (pod.spec ??= {});
  const name = own.name ?? '';
  const refuse = (why: string) => conflict({ group: '', resource: 'pods/binding' }, name, why);
  if (own.deletionTimestamp !== undefined) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if ((spec.nodeName ?? '') !== '') {
    throw refuse(`pod ${name} is already assigned to node ${goQuote(spec.nodeName ?? '')}`);
  }
  if ((spec.schedulingGates ?? []).length > 0) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  spec.nodeName = target.name ?? '';
  delete pod.status?.nominatedNodeName;
  if (metadata.annotations !== undefined) own.annotations = { ...own.annotations, ...metadata.annotations };
  if (metadata.labels !== undefined) own.labels = { ...own.labels, ...metadata.labels };
  setPodCondition(pod, { type: 'PodScheduled', status: 'True' }, now);
  return object;
}
