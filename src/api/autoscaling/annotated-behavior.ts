import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { annotationText, fieldOf, integerOf, listOf, quantityOf, readAnnotation, textOf } from './annotation-fields.ts';

/** How fast an autoscaler may go, as `v1` says it in an annotation: by the names that Go has for the fields. */
export const behaviorText = ({ scaleUp, scaleDown }: JsonObject): string =>
  annotationText({ ScaleUp: rulesWritten(scaleUp), ScaleDown: rulesWritten(scaleDown) });

function rulesWritten(rules: JsonValue | undefined): JsonValue {
  if (!isJsonObject(rules)) return null;
  const { stabilizationWindowSeconds: window = null, selectPolicy = null, policies, tolerance = null } = rules;
  const list = Array.isArray(policies) ? policies.filter(isJsonObject) : undefined;
  return {
    StabilizationWindowSeconds: window,
    SelectPolicy: selectPolicy,
    Policies:
      list?.map(({ type = '', value = 0, periodSeconds = 0 }) => ({
        Type: type,
        Value: value,
        PeriodSeconds: periodSeconds,
      })) ?? null,
    Tolerance: tolerance,
  };
}

/** What such an annotation says; undefined: nothing that can be read, or nothing at all. */
export function behaviorFrom(value: JsonValue | undefined): JsonObject | undefined {
  return readAnnotation(value, (behavior) => {
    if (behavior === null) return undefined;
    const [up, down] = [rulesFrom(fieldOf(behavior, 'ScaleUp')), rulesFrom(fieldOf(behavior, 'ScaleDown'))];
    if (up === undefined && down === undefined) return undefined;
    return { ...(up !== undefined && { scaleUp: up }), ...(down !== undefined && { scaleDown: down }) };
  });
}

function rulesFrom(rules: JsonValue | undefined): JsonObject | undefined {
  if (rules === undefined || rules === null) return undefined;
  const [window, policy, tolerance] = ['StabilizationWindowSeconds', 'SelectPolicy', 'Tolerance'].map(
    (name) => fieldOf(rules, name) ?? null,
  );
  const policies = fieldOf(rules, 'Policies') ?? null;
  const result: JsonObject = {};
  if (window !== undefined && window !== null) result['stabilizationWindowSeconds'] = integerOf(window);
  if (policy !== undefined && policy !== null) result['selectPolicy'] = textOf(policy);
  if (policies !== null) {
    result['policies'] = listOf(policies).map(
      (one): JsonObject => ({
        type: textOf(fieldOf(one, 'Type') ?? ''),
        value: integerOf(fieldOf(one, 'Value') ?? 0),
        periodSeconds: integerOf(fieldOf(one, 'PeriodSeconds') ?? 0),
      }),
    );
  }
  if (tolerance !== undefined && tolerance !== null) result['tolerance'] = quantityOf(tolerance);
  return result;
}
