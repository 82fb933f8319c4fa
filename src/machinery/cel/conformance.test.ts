import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import { expect, test } from 'vitest';
import {
  type ConformanceCase,
  casesOf,
  environmentOf,
  NotInDialect,
  typeOfProto,
  valueOfProto,
} from '../../../test/support/cel/conformance-case.ts';
import { check } from './checker.ts';
import { CelCompileError } from './compile-error.ts';
import { equal } from './equality.ts';
import { kubernetesEnvironment } from './kubernetes-environment.ts';
import { Meter } from './meter.ts';
import { parse } from './parser.ts';
import { ProgramError, program } from './program.ts';
import { CelError, Double, typeOf, type Value } from './value.ts';
import { valueText } from './value-text.ts';

const isNaN = (value: Value): boolean => value instanceof Double && Number.isNaN(value.value);

function isSame(value: Value, expected: Value): boolean {
  if (isNaN(value) && isNaN(expected)) return true;
  return (
    equal(new Meter(Number.POSITIVE_INFINITY), value, expected) === true && typeOf(value).name === typeOf(expected).name
  );
}

/** What a case does other than it should; undefined when it passes. */
function failureOf(one: ConformanceCase): string | undefined {
  try {
    const checked = check(parse(one.expr), environmentOf(kubernetesEnvironment, one.typeEnv));
    const deduced = one.typedResult?.deducedType;
    if (deduced !== undefined && typeOfProto(deduced).text !== checked.type.text)
      return `is of type ${checked.type.text}`;
    if (one.checkOnly === true) return undefined;
    const bindings = Object.entries(one.bindings ?? {}).map(
      ([name, { value }]) => [name, valueOfProto(value)] as const,
    );
    const { value } = program(checked).evaluate(new Map(bindings));
    if (one.evalError !== undefined) return value instanceof CelError ? undefined : `is ${valueText(value)}`;
    if (value instanceof CelError) return value.message;
    const expected = valueOfProto(one.value ?? one.typedResult?.result ?? { boolValue: true });
    return isSame(value, expected) ? undefined : `is ${valueText(value)}`;
  } catch (error) {
    if (!(error instanceof CelCompileError || error instanceof ProgramError || error instanceof NotInDialect))
      throw error;
    return one.evalError === undefined || error instanceof NotInDialect ? error.message : undefined;
  }
}

const extensions = /^(?:bindings|block|encoders|math|proto2)_ext\//;
const protocolBuffers =
  /TestAllTypes|NestedTestAllTypes|google\.protobuf|GlobalEnum|messageType|objectValue|enumValue|wrapper|proto\./;

/** Single cases in which the original, cel-go 0.29.2 as Kubernetes 1.37 has it, does other than the data says. */
const asInTheOriginal: ReadonlySet<string> = new Set([
  // The last of equal keys wins.
  'fields/qualified_identifier_resolution/map_value_repeat_key',
  // A constant that can be no key is refused before anything is evaluated.
  'fields/map_fields/map_bad_key_type_or_true',
  'fields/map_fields/map_bad_key_type_and_false',
  // A selection on what has no fields is as if nothing were there, once the path is optional.
  'optionals/optionals/map_null_entry_no_such_key',
  'optionals/optionals/map_present_key_invalid_field',
  // Beyond the end nothing is found.
  'string_ext/value_errors/indexof_out_of_range',
  'string_ext/value_errors/lastindexof_out_of_range',
]);

type Reason = readonly [
  reason: string,
  cases: number,
  applies: (name: string, one: ConformanceCase, failure: string) => boolean,
];

/** Why cases do not apply, and to how many of those that do not pass. All are run: what passes is in no class. */
const reasons: readonly Reason[] = [
  ['an extension that Kubernetes does not have', 246, (name) => extensions.test(name)],
  ['messages, enums and wrappers of protocol buffers', 613, (_, one) => protocolBuffers.test(JSON.stringify(one))],
  ['names in a container: Kubernetes has none', 3, (_, { container = '' }) => container !== ''],
  [
    'Kubernetes evaluates nothing that does not pass the check of types',
    29,
    (_, { disableCheck }) => disableCheck === true,
  ],
  [
    'Kubernetes takes no list or map whose elements are of several types',
    46,
    (_, __, failure) => /expected type '.*' but found/.test(failure),
  ],
  [
    '`format` is the one of version 2, which writes numbers as in English',
    18,
    (name) => name.startsWith('string_ext/format/'),
  ],
  ['the original does other than the data', asInTheOriginal.size, (name) => asInTheOriginal.has(name)],
];

test('every case passes or is of what is not in the dialect', () => {
  const unexplained: string[] = [];
  const found = new Map<string, number>();
  let passed = 0;
  for (const [name, one] of casesOf(tests)) {
    const failure = failureOf(one);
    const reason =
      failure === undefined ? undefined : reasons.find(([, , applies]) => applies(name, one, failure))?.[0];
    if (failure === undefined) passed++;
    else if (reason === undefined) unexplained.push(`${name}: ${one.expr}: ${failure}`);
    else found.set(reason, (found.get(reason) ?? 0) + 1);
  }
  expect(unexplained).toEqual([]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(reasons.map(([reason, cases]) => [reason, cases])));
  expect(passed).toBe(1_382);
});
