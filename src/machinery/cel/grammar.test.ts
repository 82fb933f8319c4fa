import { tests as checking } from '@bufbuild/cel-spec/testdata/checking.js';
import { tests as comprehensions } from '@bufbuild/cel-spec/testdata/comprehension.js';
import { tests as parsing } from '@bufbuild/cel-spec/testdata/parsing.js';
import { expect, test } from 'vitest';
import { environmentOf, NotInDialect, type ProtoDeclaration } from '../../../test/support/cel/conformance-case.ts';
import { debugText, kindOf, typesOf } from '../../../test/support/cel/debug-text.ts';
import { check } from './checker.ts';
import { CelCompileError } from './compile-error.ts';
import { kubernetesEnvironment } from './kubernetes-environment.ts';
import { parse } from './parser.ts';
import { ProgramError, program } from './program.ts';
import { boolType, bytesType, doubleType, intType, nullType, stringType, uintType } from './type.ts';
import { valueText } from './value-text.ts';

/** A test of cel-go's own, as data. */
interface GoTest {
  readonly original: {
    readonly expr: string;
    readonly typeEnv?: readonly ProtoDeclaration[];
    readonly container?: string;
  };
  readonly ast?: string;
  readonly checkedAst?: string;
}

interface GoSuite {
  readonly suites?: readonly GoSuite[];
  readonly tests?: readonly GoTest[];
}

const testsOf = ({ suites = [], tests = [] }: GoSuite): readonly GoTest[] => [...tests, ...suites.flatMap(testsOf)];

/** What `run` makes of a text, or how it fails. */
function attempt(run: () => string): string {
  try {
    return run();
  } catch (error) {
    if (error instanceof CelCompileError || error instanceof ProgramError || error instanceof NotInDialect)
      return error.message;
    throw error;
  }
}

test('texts become the trees that they become in cel-go', () => {
  const different = testsOf(parsing).filter(
    ({ original: { expr }, ast }) =>
      ast !== undefined && attempt(() => debugText(parse(expr).expression, kindOf)) !== ast,
  );
  expect(different.map(({ original }) => original.expr)).toEqual([
    // No macro in Kubernetes' dialect.
    'm.existsOne(v, f)',
    // The data writes control characters otherwise than JSON does.
    '"\\a\\b\\f\\n\\r\\t\\v\'\\"\\\\\\? Legal escapes"',
    'm.existsOne(v, f)',
  ]);
  expect(testsOf(parsing).filter(({ ast }) => ast !== undefined)).toHaveLength(108);
});

/** The variables that cel-go's tests of the checker declare. */
const standard = kubernetesEnvironment.with(
  new Map([
    ['is', stringType],
    ['ii', intType],
    ['iu', uintType],
    ['iz', boolType],
    ['ib', bytesType],
    ['id', doubleType],
    ['ix', nullType],
  ]),
);

/** Why trees differ, and how many do. */
const differences: readonly (readonly [
  reason: string,
  tests: number,
  applies: (one: GoTest, own: string) => boolean,
])[] = [
  [
    'messages of protocol buffers',
    32,
    ({ original }) => /google\.|messageType|TestAllTypes|wrapper/.test(JSON.stringify(original)),
  ],
  ['lists and maps of several types are refused', 5, (_, own) => /expected type '.*' but found/.test(own)],
  ['functions that those tests declare', 2, ({ original: { expr } }) => /f[gi]_s/.test(expr)],
  ['names in a container', 1, ({ original: { container = '' } }) => container !== ''],
];

test('the types and overloads are those that cel-go finds', () => {
  const unexplained: string[] = [];
  const found = new Map<string, number>();
  let same = 0;
  for (const one of testsOf(checking)) {
    const { original, checkedAst } = one;
    if (checkedAst === undefined) continue;
    const own = attempt(() => {
      const checked = check(parse(original.expr), environmentOf(standard, original.typeEnv));
      return debugText(checked.expression, typesOf(checked));
    });
    const expected = checkedAst.replaceAll(
      /\^[\w|@-]+\|[\w|@-]+/g,
      (text) => `^${text.slice(1).split('|').sort().join('|')}`,
    );
    const reason = own === expected ? undefined : differences.find(([, , applies]) => applies(one, own))?.[0];
    if (own === expected) same++;
    else if (reason === undefined) unexplained.push(`${original.expr}\n${own}\n${expected}`);
    else found.set(reason, (found.get(reason) ?? 0) + 1);
  }
  expect(unexplained).toEqual([]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(differences.map(([reason, tests]) => [reason, tests])));
  expect(same).toBe(56);
});

/** Why comprehensions of cel-go's tests are not true here, and how many. */
const exceptions: readonly (readonly [
  reason: string,
  tests: number,
  applies: (expr: string, own: string) => boolean,
])[] = [
  ['cel.bind is not in the dialect', 10, (expr) => expr.includes('cel.bind')],
  ['texts have no reverse() in it', 2, (expr) => expr.includes('reverse()')],
  ['it is given variables there', 13, (_, own) => /undeclared reference to '[mxy]'/.test(own)],
  [
    'it is to be refused',
    23,
    (_, own) =>
      /argument must be a simple name|duplicate variable name|overwrites accumulator|cannot be range|found no matching overload/.test(
        own,
      ),
  ],
  ['its elements are of several types', 3, (_, own) => /expected type '.*' but found/.test(own)],
  ['it is to fail', 1, (_, own) => own === 'insert failed: key 1 already exists'],
  ['it is no test but a map', 1, (_, own) => own === 'map'],
];

test('comprehensions are what they are in cel-go', () => {
  const unexplained: string[] = [];
  const found = new Map<string, number>();
  let passed = 0;
  for (const { original } of testsOf(comprehensions)) {
    const own = attempt(() =>
      valueText(program(check(parse(original.expr), kubernetesEnvironment)).evaluate(new Map()).value),
    );
    const reason = own === 'true' ? undefined : exceptions.find(([, , applies]) => applies(original.expr, own))?.[0];
    if (own === 'true') passed++;
    else if (reason === undefined) unexplained.push(`${original.expr}: ${own}`);
    else found.set(reason, (found.get(reason) ?? 0) + 1);
  }
  expect(unexplained).toEqual([]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(exceptions.map(([reason, tests]) => [reason, tests])));
  expect(passed).toBe(39);
});
