import { bounded, isLabelChar, isLower, isLowerAlphanumeric } from './chars.ts';
import { maxLength, notMatching } from './texts.ts';

/** RFC 1123 and RFC 1035, in bytes. */
const labelLength = 63;
const subdomainLength = 253;

const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

const isLabel = (text: string): boolean => bounded(text, isLowerAlphanumeric, isLabelChar, isLowerAlphanumeric);
const isSubdomain = (text: string): boolean => text.split('.').every(isLabel);

const tooLongFor = (text: string, length: number, unit: 'bytes' | 'characters' = 'characters'): string[] =>
  Buffer.byteLength(text) > length ? [maxLength(length, unit)] : [];

/** What is wrong with `text` as an RFC 1123 label; empty: nothing. `unit`: how the text about its length counts. */
export function dns1123Label(text: string, unit: 'bytes' | 'characters' = 'characters'): string[] {
  const wrong = tooLongFor(text, labelLength, unit);
  if (isLabel(text)) return wrong;
  if (isSubdomain(text)) return [...wrong, 'must not contain dots'];
  return [
    ...wrong,
    notMatching(
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', " +
        'and must start and end with an alphanumeric character',
      labelPattern,
      'my-name',
      '123-abc',
    ),
  ];
}

/** What is wrong with `text` as an RFC 1123 subdomain. `unit`: how the text about its length counts. */
export function dns1123Subdomain(text: string, unit: 'bytes' | 'characters' = 'characters'): string[] {
  const wrong = tooLongFor(text, subdomainLength, unit);
  return isSubdomain(text) ? wrong : [...wrong, notSubdomain];
}

const notSubdomain = notMatching(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', " +
    'and must start and end with an alphanumeric character',
  `${labelPattern}(\\.${labelPattern})*`,
  'example.com',
);

/** A subdomain below all that are not named, `*.example.com`: RFC 1034, 4.3.3. */
export function wildcardDns1123Subdomain(text: string): string[] {
  const wrong = tooLongFor(text, subdomainLength);
  if (text.startsWith('*.') && isSubdomain(text.slice(2))) return wrong;
  return [
    ...wrong,
    notMatching(
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, " +
        "which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
      `\\*\\.${labelPattern}(\\.${labelPattern})*`,
      '*.example.com',
    ),
  ];
}

/** The same where letters may be large ones, as those of drivers may. */
export function dns1123SubdomainCaseless(text: string): string[] {
  const wrong = tooLongFor(text, subdomainLength, 'bytes');
  return isSubdomain(text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
    ? wrong
    : [...wrong, notCaselessSubdomain];
}

const notCaselessSubdomain = notMatching(
  "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', " +
    'and must start and end with an alphanumeric character',
  `${labelPattern}(\\.${labelPattern})*`,
  'Example.com',
);

const underscoredPattern = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const isUnderscoredLabel = (text: string): boolean => /^_?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/.test(text);

/** The same where labels may have underscores, as those of records do. */
export function dns1123SubdomainWithUnderscore(text: string): string[] {
  const wrong = tooLongFor(text, subdomainLength);
  if (text.split('.').every(isUnderscoredLabel)) return wrong;
  return [
    ...wrong,
    notMatching(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', " +
        'and must start and end with an alphanumeric character',
      `${underscoredPattern}(\\.${underscoredPattern})*`,
      'example.com',
    ),
  ];
}

/** What is wrong with `text` as an RFC 1035 label: a service's name. */
export function dns1035Label(text: string): string[] {
  const wrong = tooLongFor(text, labelLength);
  if (bounded(text, isLower, isLabelChar, isLowerAlphanumeric)) return wrong;
  return [
    ...wrong,
    notMatching(
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', " +
        'start with an alphabetic character, and end with an alphanumeric character',
      '[a-z]([-a-z0-9]*[a-z0-9])?',
      'my-name',
      'abc-123',
    ),
  ];
}
