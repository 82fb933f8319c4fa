import { numberAt, objectIn, objectsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';

/** So many are told of; the rest are counted. */
const shown = 2;

/** A quantity that was never set, as Go prints it. */
const none = '<nil>';
const unknown = '<unknown>';

/** What an autoscaler looks at: how much of it there is, and how much there should be. */
export function metricsText(autoscaler: JsonObject): string {
  const specs = objectsAt(autoscaler, 'spec', 'metrics');
  const statuses = objectsAt(autoscaler, 'status', 'currentMetrics');
  if (specs.length === 0) return '<none>';
  const texts = specs.slice(0, shown).map((spec, index) => metricText(spec, statuses[index]));
  const more = specs.length > shown ? ` + ${specs.length - shown} more...` : '';
  return `${texts.join(', ')}${more}`;
}

function metricText(spec: JsonObject, status: JsonObject | undefined): string {
  switch (textAt(spec, 'type')) {
    case 'External':
      return valueText(spec, objectIn(status, 'external'), 'external');
    case 'Object':
      return valueText(spec, objectIn(status, 'object'), 'object');
    case 'Pods': {
      const current = objectIn(status, 'pods');
      return `${current === undefined ? unknown : quantity(current, 'averageValue', 'current')}/${average(spec, 'pods')}`;
    }
    case 'Resource':
      return usageText(spec, objectIn(status, 'resource'), 'resource');
    case 'ContainerResource':
      return usageText(spec, objectIn(status, 'containerResource'), 'containerResource');
    default:
      return '<unknown type>';
  }
}

const quantity = (from: JsonObject | undefined, field: string, ...path: readonly string[]): string =>
  textAt(from, ...path, field) || none;

const average = (spec: JsonObject, source: string): string => quantity(spec, 'averageValue', source, 'target');

function valueText(spec: JsonObject, status: JsonObject | undefined, source: string): string {
  if (textAt(spec, source, 'target', 'averageValue') !== '') {
    const current = textAt(status, 'current', 'averageValue') || unknown;
    return `${current}/${average(spec, source)} (avg)`;
  }
  const current = status === undefined ? unknown : quantity(status, 'value', 'current');
  return `${current}/${quantity(spec, 'value', source, 'target')}`;
}

function usageText(spec: JsonObject, status: JsonObject | undefined, source: string): string {
  const name = textAt(spec, source, 'name');
  if (textAt(spec, source, 'target', 'averageValue') !== '') {
    const current = status === undefined ? unknown : quantity(status, 'averageValue', 'current');
    return `${name}: ${current}/${average(spec, source)}`;
  }
  const percent = (from: JsonObject | undefined, absent: string, ...path: readonly string[]) =>
    valueAt(from, ...path, 'averageUtilization') === undefined
      ? absent
      : `${numberAt(from, ...path, 'averageUtilization')}%`;
  return `${name}: ${percent(status, unknown, 'current')}/${percent(spec, '<auto>', source, 'target')}`;
}
