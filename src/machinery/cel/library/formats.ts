import { isOfFormat } from '../../structural/formats.ts';
import { labelKey, labelValue } from '../../validation/label.ts';
import { type NameRule, nameIsDns1035Label, nameIsDnsLabel, nameIsDnsSubdomain } from '../../validation/names.ts';
import { type FunctionDeclaration, method, overload } from '../function.ts';
import { ArrayList } from '../list.ts';
import type { Meter } from '../meter.ts';
import { listType, optionalType, stringType } from '../type.ts';
import { none, Optional, type Value } from '../value.ts';
import { NamedFormat, namedFormatType } from './named-format.ts';
import { requestError } from './urls.ts';

const named = (rule: NameRule, isPrefix: boolean) => (text: string) => rule(text, isPrefix);
const ofFormat = (format: string, message: string) => (text: string) =>
  isOfFormat(format, text) === true ? [] : [message];

/** The length of Go's pattern for what is a date and a time. */
const dateTimePattern = 71;

const formats: ReadonlyMap<string, NamedFormat> = new Map([
  ['dns1123Label', new NamedFormat('DNS1123Label', 30, named(nameIsDnsLabel, false))] as const,
  ['dns1123Subdomain', new NamedFormat('DNS1123Subdomain', 60, named(nameIsDnsSubdomain, false))] as const,
  ['dns1035Label', new NamedFormat('DNS1035Label', 30, named(nameIsDns1035Label, false))] as const,
  ['qualifiedName', new NamedFormat('QualifiedName', 60, labelKey)] as const,
  ['dns1123LabelPrefix', new NamedFormat('DNS1123LabelPrefix', 30, named(nameIsDnsLabel, true))] as const,
  ['dns1123SubdomainPrefix', new NamedFormat('DNS1123SubdomainPrefix', 60, named(nameIsDnsSubdomain, true))] as const,
  ['dns1035LabelPrefix', new NamedFormat('DNS1035LabelPrefix', 30, named(nameIsDns1035Label, true))] as const,
  ['labelValue', new NamedFormat('LabelValue', 40, labelValue)] as const,
  [
    'uri',
    new NamedFormat('URI', 1_103, (text) => {
      const wrong = requestError(text);
      return wrong === undefined ? [] : [wrong];
    }),
  ] as const,
  ['uuid', new NamedFormat('uuid', 70, ofFormat('uuid', 'does not match the UUID format'))] as const,
  ['byte', new NamedFormat('byte', 84, ofFormat('byte', 'invalid base64'))] as const,
  ['date', new NamedFormat('date', dateTimePattern, ofFormat('date', 'invalid date'))] as const,
  ['datetime', new NamedFormat('datetime', dateTimePattern, ofFormat('datetime', 'invalid datetime'))] as const,
]);

function validate(_: Meter, format: NamedFormat, text: string): Value {
  const wrong = format.validate(text);
  return wrong.length === 0 ? none : new Optional(new ArrayList([...wrong]));
}

/** Formats of texts, by name. */
export const formatsLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'validate',
    overloads: [method('format-validate', [namedFormatType, stringType], optionalType(listType(stringType)), validate)],
  },
  {
    name: 'format.named',
    overloads: [
      overload('format-named', [stringType], optionalType(namedFormatType), (_: Meter, name: string) => {
        const format = formats.get(name);
        return format === undefined ? none : new Optional(format);
      }),
    ],
  },
  ...Array.from(formats, ([name, format]) => ({
    name: `format.${name}`,
    overloads: [overload(`format.${name}`, [], namedFormatType, () => format)],
  })),
];
