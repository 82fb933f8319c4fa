import { compareText } from '../compare-text.ts';
import { union } from './field-set.ts';
import { identifierOf, type Manager, secondsOf } from './managers.ts';

/** More managers that updated are put together: the oldest. */
const maxUpdaters = 10;
const bucketName = 'ancient-changes';

/** Keeps at most ten managers that updated, by putting the fields of the oldest of a version into one. Changes `managers`. */
export function capManagers(managers: Map<string, Manager>): void {
  const updaters = [...managers].filter(([, { operation }]) => operation === 'Update');
  let count = updaters.length;
  if (count <= maxUpdaters) return;
  updaters.sort(([a, { time }], [b, { time: other }]) => secondsOf(time) - secondsOf(other) || compareText(a, b));
  const firstOf = new Map<string, string>();
  for (const [identifier, manager] of updaters) {
    if (count <= maxUpdaters) return;
    const { apiVersion, set, time } = manager;
    const first = firstOf.get(apiVersion);
    if (first === undefined) {
      firstOf.set(apiVersion, identifier);
      continue;
    }
    const name = { manager: bucketName, operation: 'Update', apiVersion, subresource: '' } as const;
    const bucket = identifierOf(name);
    const present = managers.get(bucket) ?? managers.get(first);
    if (!managers.has(bucket)) managers.delete(first);
    managers.delete(identifier);
    managers.set(bucket, { ...name, time, set: union(set, present?.set ?? set) });
    count--;
  }
}
