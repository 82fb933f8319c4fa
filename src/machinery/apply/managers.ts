import { compareText } from '../compare-text.ts';
import { emptyObject } from '../json/parse.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { isJsonObject, stringAt } from '../json-value.ts';
import { type FieldSet, sameSet, sorted } from './field-set.ts';
import { FieldsV1Error, readFieldsV1 } from './fields-v1.ts';
import { spelled } from './path-element.ts';

export type Operation = 'Apply' | 'Update';

/** Who wrote, how, and as which version; what tells managers of an object apart. */
export interface ManagerName {
  readonly manager: string;
  readonly operation: Operation;
  /** Which version the set's paths are of. */
  readonly apiVersion: string;
  /** '' for the object itself. */
  readonly subresource: string;
}

/** An entry of managedFields. */
export interface Manager extends ManagerName {
  readonly set: FieldSet;
  /** RFC 3339; undefined: not said. */
  readonly time: string | undefined;
  /** The entry that it was read from, and is again while nothing of it changes. */
  readonly entry?: JsonObject | undefined;
}

/** By identifier. */
export type Managers = ReadonlyMap<string, Manager>;

/** Tells managers apart, and orders them where nothing else does. An applier is one whatever version it used. */
export function identifierOf({ manager, operation, apiVersion, subresource }: ManagerName): string {
  const members: [string, string][] = [
    ['manager', manager],
    ['operation', operation],
    ['apiVersion', operation === 'Apply' ? '' : apiVersion],
    ['subresource', subresource],
  ];
  const said = members.filter(([, text]) => text !== '').map(([key, text]) => `"${key}":${spelled(text)}`);
  return `{${said.join(',')}}`;
}

/**
 * managedFields as clients and stores have them, or what is not right in them.
 * `trusted`: they were stored, so their sets have the one spelling.
 * @throws {FieldsV1Error}
 */
export function readManagers(entries: JsonValue | undefined, trusted: boolean): Map<string, Manager> {
  const managers = new Map<string, Manager>();
  if (!Array.isArray(entries)) return managers;
  for (const [index, entry] of entries.entries()) {
    if (!isJsonObject(entry)) throw new FieldsV1Error(`managed fields entry ${index} is not an object`);
    const operation = stringAt(entry, 'operation');
    if (operation !== 'Apply' && operation !== 'Update') {
      throw new FieldsV1Error('operation must be `Apply` or `Update`');
    }
    const apiVersion = stringAt(entry, 'apiVersion');
    if (apiVersion === '') throw new FieldsV1Error('apiVersion must not be empty');
    const fieldsType = stringAt(entry, 'fieldsType');
    if (fieldsType === '') throw new FieldsV1Error(`missing fieldsType in managed fields entry ${index}`);
    if (fieldsType !== 'FieldsV1') {
      throw new FieldsV1Error(`invalid fieldsType "${fieldsType}" in managed fields entry ${index}`);
    }
    const name: ManagerName = {
      manager: stringAt(entry, 'manager'),
      operation,
      apiVersion,
      subresource: stringAt(entry, 'subresource'),
    };
    const fields = entry['fieldsV1'];
    const set = trusted && isJsonObject(fields) ? (fields as FieldSet) : readFieldsV1(fields);
    const time = stringAt(entry, 'time');
    const known = trusted ? { entry } : {};
    managers.set(identifierOf(name), { ...name, set, time: time === '' ? undefined : time, ...known });
  }
  return managers;
}

/** managedFields as they are stored: appliers, then updaters; the oldest first. Undefined: there are none. */
export function writeManagers(managers: Managers): JsonObject[] | undefined {
  if (managers.size === 0) return undefined;
  const byAge = [...managers.values()].sort(
    (a, b) =>
      compareText(a.operation, b.operation) ||
      secondsOf(a.time) - secondsOf(b.time) ||
      compareText(a.manager, b.manager) ||
      compareText(a.apiVersion, b.apiVersion) ||
      compareText(a.subresource, b.subresource),
  );
  return byAge.map(writeManager);
}

function writeManager({ manager, operation, apiVersion, time, set, subresource, entry }: Manager): JsonObject {
  if (entry !== undefined && entry['fieldsV1'] === set && (entry['time'] ?? undefined) === time) return entry;
  return Object.assign(emptyObject(), {
    ...(manager !== '' && { manager }),
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: sorted(set),
    ...(subresource !== '' && { subresource }),
  });
}

/** Never given counts as the beginning of time. */
export const secondsOf = (time: string | undefined): number =>
  time === undefined ? 0 : Math.floor(Date.parse(time) / 1000) || 0;

/** The same managers of the same fields, whenever that was. */
export function sameButTimes(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((entry, index) => {
    const other = b[index];
    if (!isJsonObject(entry) || !isJsonObject(other)) return false;
    if (entry === other) return true;
    return (
      ['manager', 'operation', 'apiVersion', 'subresource'].every(
        (key) => stringAt(entry, key) === stringAt(other, key),
      ) && sameSet(entry['fieldsV1'] as FieldSet, other['fieldsV1'] as FieldSet)
    );
  });
}
