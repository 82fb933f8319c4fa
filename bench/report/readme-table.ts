import type { Measurement } from '../measure/measurement.ts';
import type { Verdict } from '../measure/verdict.ts';
import { figures } from './figures.ts';
import { machineText, type Run } from './run.ts';
import { floorRatio, nameOf } from './table.ts';

const header = ['profile', 'target', 'crowsnest', 'floor', '× floor', 'at most', ''];

/** What `bench/README.md` says under "Latest results", as Markdown: the CPU of every profile, then every other limit. */
export function renderReadmeTable(run: Run): string {
  const { measurements, verdicts } = run;
  const wrong = measurements.filter((one) => one.wrong.length > 0);
  const rows = [
    ...grouped(measurements.filter(({ floorName }) => floorName !== undefined)).map((variants) =>
      cpuRow(variants, run),
    ),
    ...verdicts.filter(({ figure }) => figure !== 'cpu').map(otherRow),
  ];
  const said = wrong.length === 0 ? 'No answer was wrong.' : `Wrong: ${[...new Set(wrong.map(nameOf))].join('; ')}.`;
  return [
    `Server CPU per operation, then what else has a limit; medians. ${machineText(run)}. ${said}`,
    '',
    line(header),
    line(header.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n');
}

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** The variants of one profile on one target, in their order. */
function grouped(all: readonly Measurement[]): Measurement[][] {
  const groups = new Map<string, Measurement[]>();
  for (const one of all) {
    const key = `${one.profile}\n${one.target}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** Variants in one row, the first and the last: what grows, and by how much. */
function cpuRow(variants: readonly Measurement[], run: Run): string[] {
  const ends = variants.length === 1 ? variants : [variants[0], variants.at(-1)].filter((one) => one !== undefined);
  const [{ profile, target } = { profile: '', target: '' }] = ends;
  const labels = ends.map(({ variant }) => variant).join(' → ');
  const verdict = run.verdicts.find((one) => one.profile === profile && one.target === target && one.figure === 'cpu');
  const floors = ends.map((one) =>
    run.measurements.find(
      (other) => other.profile === profile && other.target === one.floorName && other.variant === one.variant,
    ),
  );
  return [
    nameOf({ profile, variant: labels }),
    shortTarget(target),
    ends.map(cpuText).join(' → '),
    floors.map(cpuText).join(' → '),
    ends.map((one) => floorRatio(one, run.measurements)?.toFixed(2) ?? '–').join(' → '),
    ...heldCells(verdict),
  ];
}

function otherRow(verdict: Verdict): string[] {
  const { text, name } = figures[verdict.figure];
  const { measured, floor } = verdict;
  return [
    `${nameOf(verdict)}: ${name}`,
    shortTarget(verdict.target),
    text(measured),
    floor === null ? '–' : text(floor),
    floor === null || floor <= 0 ? '–' : (measured / floor).toFixed(2),
    ...heldCells(verdict),
  ];
}

function heldCells(verdict: Verdict | undefined): [string, string] {
  if (verdict === undefined) return ['–', ''];
  const { figure, allowed, rule, holds } = verdict;
  const allowedText = figures[figure].text(allowed);
  return [rule === '' ? allowedText : `${rule} = ${allowedText}`, holds ? 'holds' : 'missed'];
}

const cpuText = (one: Measurement | undefined): string =>
  one?.cpuMicros === null || one === undefined ? '–' : figures.cpu.text(one.cpuMicros.median);

const shortTarget = (target: string): string => target.replace(/^crowsnest /, '');
