/** Lines of one text that are lines of the other, in both: from `a` in the first, from `b` in the second. */
interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

type Step = readonly [kind: '=' | '-' | '+', fromA: number, toA: number, fromB: number, toB: number];

/** From here on what stands in more than a hundredth of all lines is no place to hold on to. */
const manyLines = 200;
/** Lines around a difference. */
const context = 3;

/**
 * The differences between two texts as `diff -u` writes them, without names of files: found as Python's difflib finds them
 * (Ratcliff and Obershelp: the longest common part, then the same before and after it), so as Kubernetes' messages show
 * them. Takes the square of the number of lines at worst.
 */
export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let text = '';
  for (const group of groupsOf(stepsOf(a, b))) {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) continue;
    text += `@@ -${rangeText(first[1], last[2])} +${rangeText(first[3], last[4])} @@\n`;
    for (const [kind, fromA, toA, fromB, toB] of group) {
      const lines = kind === '+' ? b.slice(fromB, toB) : a.slice(fromA, toA);
      for (const line of lines) text += `${kind === '=' ? ' ' : kind}${line}\n`;
    }
  }
  return text;
}

function rangeText(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}

/** How the second text is made of the first. What is replaced is deleted first. */
function stepsOf(a: readonly string[], b: readonly string[]): Step[] {
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  for (const match of [...matchesOf(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < match.a) steps.push(['-', i, match.a, j, j]);
    if (j < match.b) steps.push(['+', match.a, match.a, j, match.b]);
    [i, j] = [match.a + match.size, match.b + match.size];
    if (match.size > 0) steps.push(['=', match.a, i, match.b, j]);
  }
  return steps;
}

function matchesOf(a: readonly string[], b: readonly string[]): Match[] {
  const places = placesOf(b);
  const found: Match[] = [];
  const open: (readonly [number, number, number, number])[] = [[0, a.length, 0, b.length]];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [fromA, toA, fromB, toB] = part;
    const match = longestMatch(a, b, places, part);
    if (match.size === 0) continue;
    found.push(match);
    if (fromA < match.a && fromB < match.b) open.push([fromA, match.a, fromB, match.b]);
    const [endA, endB] = [match.a + match.size, match.b + match.size];
    if (endA < toA && endB < toB) open.push([endA, toA, endB, toB]);
  }
  return joined(found.sort((one, other) => one.a - other.a || one.b - other.b));
}

/** Matches that follow each other at once are one. */
function joined(matches: readonly Match[]): Match[] {
  const result: Match[] = [];
  for (const match of matches) {
    const last = result.at(-1);
    if (last !== undefined && last.a + last.size === match.a && last.b + last.size === match.b) {
      result[result.length - 1] = { ...last, size: last.size + match.size };
    } else result.push(match);
  }
  return result;
}

/** Where each line stands, but for those that stand everywhere. */
function placesOf(lines: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const known = places.get(line);
    if (known === undefined) places.set(line, [index]);
    else known.push(index);
  }
  if (lines.length < manyLines) return places;
  const most = Math.floor(lines.length / 100) + 1;
  for (const [line, known] of places) if (known.length > most) places.delete(line);
  return places;
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  [fromA, toA, fromB, toB]: readonly [number, number, number, number],
): Match {
  let [bestA, bestB, size] = [fromA, fromB, 0];
  let lengths = new Map<number, number>();
  for (let i = fromA; i < toA; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] ?? '') ?? []) {
      if (j < fromB) continue;
      if (j >= toB) break;
      const length = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, length);
      if (length > size) [bestA, bestB, size] = [i - length + 1, j - length + 1, length];
    }
    lengths = next;
  }
  while (bestA > fromA && bestB > fromB && a[bestA - 1] === b[bestB - 1]) {
    bestA -= 1;
    bestB -= 1;
    size += 1;
  }
  while (bestA + size < toA && bestB + size < toB && a[bestA + size] === b[bestB + size]) size += 1;
  return { a: bestA, b: bestB, size };
}

/** Differences that are close to each other are shown together. */
function groupsOf(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = [];
  let group: Step[] = [];
  for (const [index, [kind, fromA, toA, fromB, toB]] of steps.entries()) {
    if (kind !== '=') {
      group.push([kind, fromA, toA, fromB, toB]);
      continue;
    }
    const [isFirst, isLast] = [index === 0, index === steps.length - 1];
    const before = isFirst ? 0 : Math.min(context, toA - fromA);
    const after = isLast ? 0 : Math.min(context, toA - fromA);
    if (!isFirst && !isLast && toA - fromA <= 2 * context) {
      group.push(['=', fromA, toA, fromB, toB]);
      continue;
    }
    if (before > 0) group.push(['=', fromA, fromA + before, fromB, fromB + before]);
    if (group.length > 0) groups.push(group);
    group = after > 0 ? [['=', toA - after, toA, toB - after, toB]] : [];
  }
  if (group.some(([kind]) => kind !== '=')) groups.push(group);
  return groups.filter((one) => one.some(([kind]) => kind !== '='));
}
