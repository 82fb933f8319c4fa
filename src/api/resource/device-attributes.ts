import { type FieldError, invalidValue, tooLong } from '../../machinery/field-error.ts';
import type { RuleErrors } from '../../machinery/validation/rule-errors.ts';
import type { DeviceAttribute } from '../types/resource-v1.generated.ts';

const maxValueBytes = 64;

/** In the order in which messages name them. */
const forms = ['int', 'bool', 'string', 'version', 'ints', 'bools', 'strings', 'versions'] as const;
const lists = ['bools', 'ints', 'strings', 'versions'] as const;

/** https://semver.org, 2.0.0. */
const semver = new RegExp(
  '^(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)' +
    '(?:-(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?' +
    '(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$',
);

/** Looks at what a device says of itself: one value, or a list of values of one type. */
export function checkAttribute(attribute: DeviceAttribute, path: string, { written, declared }: RuleErrors): void {
  const { string, version, strings = [], versions = [] } = attribute;
  if (string !== undefined) checkLength(string, `${path}.string`, written);
  if (version !== undefined) checkVersion(version, `${path}.version`, written);
  for (const [index, item] of strings.entries()) checkLength(item, `${path}.strings[${index}]`, written);
  for (const [index, item] of versions.entries()) checkVersion(item, `${path}.versions[${index}]`, written);
  const given = forms.filter((form) => attribute[form] !== undefined);
  const all = forms.map((form) => `\`${form}\``).join(', ');
  if (given.length === 0) declared.push(invalidValue(path, '', `must specify one of: ${all}`));
  if (given.length > 1) {
    const shown = `{${given.join(', ')}}`;
    declared.push(invalidValue(path, shown, `must specify exactly one of: ${all}`));
  }
}

/** How many values there are, each item of a list being one. */
export function countValues(attribute: DeviceAttribute): number {
  const items = lists.reduce((sum, list) => sum + (attribute[list]?.length ?? 0), 0);
  return items === 0 ? 1 : items;
}

export const hasList = (attribute: DeviceAttribute): boolean => lists.some((list) => attribute[list] !== undefined);

function checkLength(value: string, path: string, errors: FieldError[]): void {
  if (Buffer.byteLength(value) > maxValueBytes) errors.push(tooLong(path, maxValueBytes));
}

function checkVersion(value: string, path: string, errors: FieldError[]): void {
  // What is longer than a body's name can be is no version: nothing long is matched.
  if (value.length > 4 * maxValueBytes || !semver.test(value)) {
    errors.push(invalidValue(path, value, 'must be a string compatible with semver.org spec 2.0.0'));
  }
  checkLength(value, path, errors);
}
