import { classOf, type KnownDifference, knownDifferences } from './known-differences.ts';
import type { Replayed } from './replay.ts';
import { Tally } from './tally.ts';

const introduction = `# What kube-apiserver answers

Cases that we wrote, and what a kube-apiserver VERSION answered to them: \`records/\`. \`npm test\` asks crowsnest the same and
compares status, headers and body, after identifiers, times, revisions and allocated addresses are made the same
(\`anonymous.ts\`), and what has no order of its own, managers of one second and the causes of a conflict, has one. Whatever differs is listed here with its reason, or fails.

    npm run record -- --reference https://127.0.0.1:6443 --token T        # writes the records anew
    npm run compare -- --reference URL --target URL MANIFEST…             # compares two servers over anybody's manifests
    npx tsx test/reference/write-readme.ts                                # writes this page anew

## Answers that are equal

Kinds × steps; one number where all are equal. Mistakes are one thing wrong in an object, in every place and of every sort, as a
dry run; turns are what several managers do to one object, and patches of every type.
`;

const stepOf = ({ name, step }: Replayed): string => {
  if (name.startsWith('wire: ')) return 'wire';
  if (step.startsWith('create, ')) return 'mistakes';
  return name.includes(': life') ? step : 'turns';
};

const kindOf = ({ name, kind }: Replayed): string => (kind === 'wire' ? name : kind);

/** The page beside this file, as what was replayed makes it. */
export function readme(version: string, answers: readonly Replayed[]): string {
  const tally = new Tally();
  const counts = new Map<KnownDifference, number>();
  for (const answer of answers) {
    tally.add({ kind: kindOf(answer), step: stepOf(answer), from: answer.name, found: answer.found });
    const known = classOf(answer);
    if (known !== undefined) counts.set(known, (counts.get(known) ?? 0) + 1);
  }
  const differences = knownDifferences.map((known) => `- ${counts.get(known) ?? 0}: ${known.why}`);
  return [
    introduction.replace('VERSION', version),
    ...tally.table(),
    '',
    `${tally.summary}.`,
    '',
    '## Answers that differ, and why',
    '',
    ...differences,
    '',
  ].join('\n');
}
