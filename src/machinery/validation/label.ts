import { bounded, isAlphanumeric, isNameChar } from './chars.ts';
import { dns1123Subdomain } from './dns.ts';
import { maxLength, mustNotBeEmpty, notMatching } from './texts.ts';

/** Of the name part of a key, and of a value; in bytes. */
const nameLength = 63;

const namePattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const isName = (text: string): boolean => bounded(text, isAlphanumeric, isNameChar, isAlphanumeric);
const notName = notMatching(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  namePattern,
  'MyName',
  'my.name',
  '123-abc',
);

/** What is wrong with `key` as a label key, which Kubernetes also calls a qualified name: `name` or `prefix/name`. */
export function labelKey(key: string): string[] {
  const [head = '', tail, more] = key.split('/', 3);
  if (more !== undefined) {
    return [`a valid label key ${notName} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const wrong: string[] = [];
  if (tail === undefined) return nameOf(head, wrong);
  if (head === '') wrong.push(`prefix part ${mustNotBeEmpty}`);
  else wrong.push(...dns1123Subdomain(head, 'bytes').map((text) => `prefix part ${text}`));
  return nameOf(tail, wrong);
}

function nameOf(name: string, wrong: string[]): string[] {
  if (name === '') wrong.push(`name part ${mustNotBeEmpty}`);
  else if (Buffer.byteLength(name) > nameLength) wrong.push(`name part ${maxLength(nameLength, 'bytes')}`);
  if (!isName(name)) wrong.push(`name part ${notName}`);
  return wrong;
}

/** What is wrong with `value` as a label value; the empty string is one. */
export function labelValue(value: string): string[] {
  const wrong = Buffer.byteLength(value) > nameLength ? [maxLength(nameLength, 'bytes')] : [];
  if (value === '' || isName(value)) return wrong;
  return [
    ...wrong,
    notMatching(
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', " +
        'and must start and end with an alphanumeric character',
      `(${namePattern})?`,
      'MyValue',
      'my_value',
      '12345',
    ),
  ];
}
