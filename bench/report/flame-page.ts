import { callTree, type Frame } from '../flame/cpu-profile.ts';
import type { Flame } from '../flame/flame.ts';
import { busiest, flameGraph, shareText } from './flame-graph.ts';
import { machineText, type RunOf } from './run.ts';
import { nameOf } from './table.ts';

/** A flame with its drawing. */
export type DrawnFlame = {
  readonly flame: Flame;
  readonly file: string;
  readonly svg: string;
  readonly root: Frame;
};

const project = new URL('../../', import.meta.url);
const escape = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
const titleOf = (flame: Flame): string => `${nameOf(flame)} on ${flame.target}`;

export function drawFlame(flame: Flame): DrawnFlame {
  const root = callTree(flame.threads, project);
  const file = `flame-${titleOf(flame)}`.replaceAll(/[^\w.-]+/g, '-');
  return { flame, file, root, svg: flameGraph(titleOf(flame), root) };
}

const callsText = (calls: number): string => (calls >= 0.01 ? calls.toPrecision(3) : '< 0.01');

function tables({ flame, root }: DrawnFlame): string {
  const functions = busiest(root, 15).map(
    ({ name, share }) => `<tr><td>${shareText(share)}</td><td>${escape(name)}</td></tr>`,
  );
  const calls = (flame.syscalls ?? [])
    .slice(0, 10)
    .map(({ name, calls: number }) => `<tr><td>${escape(callsText(number))}</td><td>${escape(name)}</td></tr>`);
  const table = (title: string, rows: readonly string[]) =>
    rows.length === 0 ? '' : `<table><caption>${title}</caption>${rows.join('')}</table>`;
  return `<div class="tables">${table('Time in itself', functions)}${table(`System calls per ${flame.operation}`, calls)}</div>`;
}

/** A page that needs nothing but itself. */
export function renderFlamePage(run: RunOf, drawn: readonly DrawnFlame[]): string {
  const sections = drawn.map(
    (one) => `<section><h2>${escape(titleOf(one.flame))}</h2>${one.svg}${tables(one)}</section>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>crowsnest bench: where the time goes</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:1320px;margin:2rem auto;padding:0 1rem;color:#0f172a;background:#fff}svg{width:100%;border:1px solid #e2e8f0;border-radius:6px}.tables{display:flex;gap:3rem;flex-wrap:wrap;align-items:flex-start;margin-top:1rem}table{font:12px/1.6 ui-monospace,monospace;border-spacing:0}caption{text-align:left;white-space:nowrap;font:600 13px system-ui,sans-serif}td:first-child{text-align:right;padding-right:1rem;white-space:nowrap}</style>
<h1>Where the time goes</h1><p>${escape(machineText(run))}</p>
<p>What each server did while it was under load, by V8's sampling profiler: all of its JavaScript threads, without waiting. A box is as wide as the time that the function and what it called took; point at it for figures. System calls are counted by strace in a run of their own. What is measured so is slower than without, so there are no figures of cost here.</p>
${sections.join('\n')}</html>
`;
}

/** For the terminal. */
export function renderFlames(drawn: readonly DrawnFlame[]): string {
  return drawn
    .map((one) => {
      const functions = busiest(one.root, 15).map(({ name, share }) => `  ${shareText(share).padStart(6)}  ${name}`);
      const calls = (one.flame.syscalls ?? []).slice(0, 6).map(({ name, calls: n }) => `${name} ${callsText(n)}`);
      const counted = calls.length === 0 ? [] : [`  system calls per ${one.flame.operation}: ${calls.join(', ')}`];
      const wrong = one.flame.wrong.map((what) => `  WRONG   ${what}`);
      return [titleOf(one.flame), ...functions, ...counted, ...wrong].join('\n');
    })
    .join('\n\n');
}
