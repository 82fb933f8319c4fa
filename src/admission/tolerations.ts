import { jsonEqual } from '../machinery/json/json-equal.ts';
import { numberAt } from '../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../machinery/json-value.ts';

/** Both lists without what another toleration says too: of equal ones the first stays. */
export function mergedTolerations(first: readonly JsonObject[], second: readonly JsonObject[]): readonly JsonObject[] {
  const all = [...first, ...second];
  const merged: JsonObject[] = [];
  for (const [index, toleration] of all.entries()) {
    if (merged.some((other) => includes(other, toleration))) continue;
    const after = all.slice(index + 1);
    if (after.some((other) => !jsonEqual(other, toleration) && includes(other, toleration))) continue;
    merged.push(toleration);
  }
  return merged;
}

/** Whatever `inner` tolerates `outer` does, and for as long. */
function includes(outer: JsonObject, inner: JsonObject): boolean {
  if (jsonEqual(outer, inner)) return true;
  const [key, operator, effect] = ['key', 'operator', 'effect'].map((field) => stringAt(outer, field));
  if (stringAt(inner, 'key') !== key && (key !== '' || operator !== 'Exists')) return false;
  if (stringAt(inner, 'effect') !== effect && effect !== '') return false;
  if (effect === 'NoExecute' && hasSeconds(outer)) {
    if (!hasSeconds(inner) || seconds(inner) > seconds(outer)) return false;
  }
  if (operator === 'Exists') return true;
  if (operator !== 'Equal' && operator !== '') return false;
  // An operator that is not said means equal; the original compares it as it is said.
  return stringAt(inner, 'operator') === 'Equal' && stringAt(inner, 'value') === stringAt(outer, 'value');
}

const hasSeconds = (toleration: JsonObject): boolean => (toleration['tolerationSeconds'] ?? null) !== null;
const seconds = (toleration: JsonObject): number => numberAt(toleration, 'tolerationSeconds');
