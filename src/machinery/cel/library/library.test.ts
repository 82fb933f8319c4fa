import { describe, expect, test } from 'vitest';
import { check } from '../checker.ts';
import { kubernetesEnvironment } from '../kubernetes-environment.ts';
import { parse } from '../parser.ts';
import { program } from '../program.ts';
import { CelError } from '../value.ts';

const evaluate = (text: string) => program(check(parse(text), kubernetesEnvironment)).evaluate(new Map());

describe.each([
  ['strings', "'ta©o©αT'.indexOf('©', 3) == 4 && 'ta©o©αT'.substring(2, 4) == '©o' && 'héé'.size() == 3"],
  ['strings', "'hello'.replace('', '_') == '_h_e_l_l_o_' && 'hello'.replace('', '_', 2) == '_h_ello'"],
  ['strings', "'a,b,c'.split(',', 2) == ['a', 'b,c'] && ['a', 'b'].join('-') == 'a-b' && ' x\\n'.trim() == 'x'"],
  [
    'strings',
    "'TacoCÆt'.lowerAscii() == 'tacocÆt' && 'abc'.charAt(3) == '' && strings.quote('a\"b') == '\"a\\\\\"b\"'",
  ],
  ['format', "'%.2f %d %x %s'.format([1234567.891, 7, 255, [1, 2]]) == '1,234,567.89 7 ff [1, 2]'"],
  ['format', "'%e %.0f %b %o'.format([1234.5, 2.5, 5, 8]) == '1.234500×10⁰³ 2 101 10'"],
  ['lists', '[1, 2].sum() == 3 && [2, 1].max() == 2 && [1, 1].isSorted() && [1, 2].lastIndexOf(2) == 1'],
  ['lists', "['b', 'aa'].sortBy(x, -x.size()) == ['aa', 'b'] && [[1], [2]].flatten() == [1, 2]"],
  ['lists', '[1, 1].distinct() == [1] && lists.range(3).slice(1, 3).reverse() == [2, 1] && [1].includes(1)'],
  ['sets', 'sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])'],
  ['regex', "'a1b22'.find('[0-9]+') == '1' && 'a1b22'.findAll('[0-9]+', 1) == ['1'] && 'abc'.matches('^a.c$')"],
  ['urls', "url('https://u@a.b:80/x%20y?q=1&q=2#f').getQuery() == {'q': ['1', '2']} && !isURL('../x')"],
  ['urls', "url('https://[::1]:80/').getHostname() == '::1' && url('https://a/x y').getEscapedPath() == '/x%20y'"],
  [
    'ip',
    "ip('fe80::1').isLinkLocalUnicast() && ip('0::1') == ip('::1') && !ip.isCanonical('0::1') && !isIP('01.2.3.4')",
  ],
  ['cidr', "cidr('10.0.0.0/8').containsIP('10.1.2.3') && string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8'"],
  ['cidr', "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.0.0.0/8').prefixLength() == 8"],
  ['quantity', "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('50k').add(20).asInteger() == 50020"],
  ['quantity', "quantity('1000m') == quantity('1') && sign(quantity('-1')) == -1 && !quantity('1.5').isInteger()"],
  ['quantity', "!quantity('1.0').isInteger() && quantity('0.3').asApproximateFloat() == 0.30000000000000004"],
  ['regex', "'ab'.findAll('a*') == ['a', ''] && double('1_0') == 10.0"],
  ['time', "string(timestamp('2020-01-02T03:04:05+01:00') + duration('1h')) == '2020-01-02T04:04:05+01:00'"],
  ['semver', "semver('1.2.3-rc.1').isLessThan(semver('1.2.3')) && semver('v1.02', true).minor() == 2"],
  [
    'formats',
    "format.dns1123Label().validate('A').hasValue() && !format.named('uuid').value().validate('x').value().isSorted() == false",
  ],
  ['optionals', 'optional.of(2).optMap(x, x + 1).value() == 3 && [?optional.none(), 1] == [1]'],
  ['comprehensions', "{'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'} && [5].transformList(i, v, i + v) == [5]"],
])('%s', (_, text) => {
  test(text, () => {
    expect(evaluate(text).value).toBe(true);
  });
});

test.each([
  ["'abc'.substring(3, 2)", 'invalid substring range. start: 3, end: 2'],
  ["'abc'.charAt(9)", 'index out of range: 9'],
  ['[1].slice(0, 2)', 'cannot slice(0, 2), list is length 1'],
  ['lists.range(1000001)', 'lists.range: size 1000001 exceeds maximum allowed (1000000)'],
  ['[].max()', 'max called on empty list'],
  [
    "ip('1.2.3')",
    'IP Address "1.2.3" parse error during conversion from string: ParseAddr("1.2.3"): IPv4 address too short',
  ],
  ["ip('::ffff:1.2.3.4')", 'IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed'],
  ["semver('1.02.3')", 'Minor number must not contain leading zeroes "02"'],
  ["quantity('1.5').asInteger()", 'cannot convert value to integer'],
  ["url('../x')", 'URL parse error during conversion from string: parse "../x": invalid URI for request'],
  ["'%d'.format([dyn(1.5)])", 'error during formatting: decimal clause can only be used on integers, was given double'],
  ["{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k})", 'insert failed: key 1 already exists'],
])('%s fails', (text, message) => {
  const { value } = evaluate(text);
  expect(value instanceof CelError ? value.message : value).toBe(message);
});

/** Figures of Kubernetes 1.37.2. */
test.each([
  ["'abc 123 456'.findAll('[0-9]+').size()", 5],
  ["format.dns1123Label().validate('abc').hasValue()", 10],
  ["cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", 6],
  ['[3, 1, 2].sort()', 29],
  ['lists.range(3)', 14],
  ["'hello'.replace('l', 'xx')", 1],
  ["quantity('50k').add(quantity('20'))", 3],
])('%s costs %d', (text, cost) => {
  expect(evaluate(text).cost).toBe(cost);
});

describe('what would take endless time or memory is stopped', () => {
  const long = "['0123456789'].map(x, x + x + x + x)[0]";
  const grown = `optional.of(${long})${'.optMap(x, x + x + x + x)'.repeat(7)}.value()`;
  test.each([
    `${grown}.replace('', ${grown}).size()`,
    `lists.range(1000).map(x, ${grown}).join().size()`,
    `'%.999999999f'.format([1.0])`,
    `'%s%s%s'.format([lists.range(1000).map(x, ${grown}), 1, 1])`,
  ])('%s', (text) => {
    expect(() => evaluate(text)).toThrow('operation cancelled: actual cost limit exceeded');
  });

  test('comparing what holds itself many times', () => {
    const nested = `[1]${'.map(x, [x, x])'.repeat(40)}`;
    expect(() => evaluate(`${nested} == ${nested}`)).toThrow('actual cost limit exceeded');
  });
});
