import fc from 'fast-check';

/** The types that expressions are made of. */
type Kind = 'int' | 'uint' | 'double' | 'string' | 'bool' | 'ints' | 'strings' | 'map';

/** Some expressions of a type, at most so deep. Variables of comprehensions are used where there are any. */
type Of = (kind: Kind, depth: number, names: readonly string[]) => fc.Arbitrary<string>;

const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const leaves: Readonly<Record<Kind, fc.Arbitrary<string>>> = {
  int: oneOf('0', '1', '2', '-3', '7', '9223372036854775807', '-9223372036854775807', '1000000007'),
  uint: oneOf('0u', '1u', '3u', '4294967296u'),
  double: oneOf('0.0', '1.5', '-2.25', '1e10', '3.0'),
  string: oneOf("''", "'a'", "'bc'", "'héé'", "'a𝔸b'", "'12'"),
  bool: oneOf('true', 'false'),
  ints: oneOf('[]', '[1]', '[1, 2, 3]', '[5, 5]'),
  strings: oneOf("['a']", "['b', 'bc', '']"),
  map: oneOf("{'a': 1}", "{'a': 2, 'bc': 3}", '{}'),
};

/** Puts expressions into the places of a text: `$i` is an int, `$s` a string and so on. */
const holes: Readonly<Record<string, Kind>> = {
  i: 'int',
  u: 'uint',
  d: 'double',
  s: 'string',
  b: 'bool',
  I: 'ints',
  S: 'strings',
  m: 'map',
};

const forms: Readonly<Record<Kind, readonly string[]>> = {
  int: [
    '$i + $i',
    '$i - $i',
    '$i * $i',
    '$i / $i',
    '$i % $i',
    '-$i',
    '$b ? $i : $i',
    'size($s)',
    '$I.size()',
    '$I[$i]',
    "$m['a']",
    '$m.bc',
    'int($d)',
    'int($u)',
  ],
  uint: ['$u + $u', '$u - $u', '$u * $u', '$u / $u', '$u % $u', 'uint($i)', '$b ? $u : $u'],
  double: ['$d + $d', '$d - $d', '$d * $d', '$d / 4.0', '-$d', 'double($i)', 'double($u)', '$b ? $d : $d'],
  string: ['$s + $s', '$b ? $s : $s', 'string($i)', 'string($b)', '$S[$i]', 'string($u)'],
  bool: [
    '$b && $b',
    '$b || $b',
    '!$b',
    '$i < $i',
    '$i <= $d',
    '$u > $i',
    '$d >= $u',
    '$i == $i',
    '$s != $s',
    '$I == $I',
    '$m == $m',
    '$s.contains($s)',
    '$s.startsWith($s)',
    '$s.endsWith($s)',
    '$i in [$i, 1]',
    '$s in $m',
    '$s in $S',
    '$s < $s',
    'has($m.a)',
    '$I.all(v, $b)',
    '$I.exists(v, $b)',
    '$I.exists_one(v, $b)',
    '$b ? $b : $b',
    'dyn($i) == dyn($d)',
    'dyn($u) == dyn($i)',
    "$s.matches('^[a-c]+$')",
  ],
  ints: ['[$i, $i]', '$I + $I', '$I.map(v, $i)', '$I.filter(v, $b)', '$b ? $I : $I', '$I.map(v, $b, $i)'],
  strings: ['[$s, $s]', '$S + $S', '$b ? $S : $S'],
  map: ["{'a': $i}", "{'a': $i, 'b' + $s: $i}", '$b ? $m : $m'],
};

/** Expressions of Kubernetes' dialect that pass the check of types, most of them small. */
export function randomExpression(): fc.Arbitrary<string> {
  const of: Of = (kind, depth, names) => {
    const leaf = kind === 'int' && names.length > 0 ? fc.oneof(leaves.int, oneOf(...names)) : leaves[kind];
    if (depth <= 0) return leaf;
    return fc.oneof(leaf, ...forms[kind].map((form) => filled(form, depth - 1, names)));
  };
  const filled = (form: string, depth: number, names: readonly string[]): fc.Arbitrary<string> => {
    const parts = form.split(/\$([iudsbISm])/);
    // The body of a comprehension, which comes behind its comma, has its variable.
    const variable = `v${names.length}`;
    let isInside = false;
    const made = parts.map((part, at) => {
      if (at % 2 === 0) {
        isInside ||= part.includes('(v, ');
        return fc.constant(part.replace('(v, ', `(${variable}, `));
      }
      return of(holes[part] as Kind, depth, isInside ? [...names, variable] : names).map((text) => `(${text})`);
    });
    return fc.tuple(...made).map((texts) => texts.join(''));
  };
  const kinds = Object.keys(forms) as Kind[];
  return fc.oneof(...kinds.map((kind) => of(kind, 3, [])));
}
