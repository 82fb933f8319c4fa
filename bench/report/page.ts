import type { Measurement } from '../measure/run-profile.ts';
import { profiles } from '../profiles.ts';
import { barChart, lineChart, type Series } from './chart.ts';
import type { Run } from './run.ts';
import { floorRatio, renderTable } from './table.ts';

const escape = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Every chart of a run by file name, without folder and ending. */
export function charts(run: Run): Map<string, string> {
  const made = new Map<string, string>();
  const single = run.measurements.filter(({ variant }) => variant === '');
  const ratios = single.flatMap((measurement) => {
    const ratio = floorRatio(measurement, run.measurements);
    return ratio === undefined
      ? []
      : [{ name: label(measurement), value: ratio, ...allowedRatio(run, measurement, ratio) }];
  });
  made.set('ratios', barChart('CPU per operation, ratio to the floor', '× floor', ratios));
  for (const quantile of ['p50', 'p99'] as const) {
    const bars = single.flatMap((one) =>
      one.latency === null ? [] : [{ name: label(one), value: one.latency[quantile] }],
    );
    made.set(`latency-${quantile}`, barChart(`Latency, ${quantile}`, 'ms', bars));
  }
  for (const { name, what, operation, variants } of profiles) {
    const own = run.measurements.filter(({ profile, x }) => profile === name && x > 0);
    if (variants.length < 2 || own.length === 0) continue;
    made.set(
      name,
      lineChart(
        what,
        variants[0]?.label.replace(/^[\d/]+ ?/, '') || 'per second',
        `µs CPU per ${operation}`,
        seriesOf(own),
      ),
    );
  }
  const starts = new Map<string, { x: number; y: number }[]>();
  for (const { target, objects, readyMs } of run.coldStarts) {
    const points = starts.get(target) ?? [];
    starts.set(target, [...points, { x: Math.max(1, objects), y: readyMs.median }]);
  }
  const startSeries = [...starts].map(([name, points]) => ({ name, points }));
  made.set('cold-start', lineChart('Cold start until /readyz', 'objects', 'ms', startSeries));
  return new Map([...made].filter(([, svg]) => svg !== ''));
}

const label = ({ profile, target }: Measurement): string => `${profile}, ${target}`;

function seriesOf(measurements: readonly Measurement[]): Series[] {
  const targets = [...new Set(measurements.map(({ target }) => target))];
  return targets.map((name) => ({
    name,
    points: measurements
      .filter(({ target }) => target === name)
      .map(({ x, cpuMicros }) => ({ x, y: cpuMicros?.median ?? 0 })),
  }));
}

/** What a floor ratio may be, where the profile's limit is one. */
function allowedRatio(run: Run, measurement: Measurement, ratio: number): { allowed?: number } {
  const verdict = run.verdicts.find(
    ({ profile, target }) => profile === measurement.profile && target === measurement.target,
  );
  return verdict === undefined ? {} : { allowed: (verdict.allowed / verdict.measured) * ratio };
}

/** A page that needs nothing but itself. */
export function renderPage(run: Run): string {
  const { cpu, cores, memoryBytes, node, platform } = run.machine;
  const machine = `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${platform}, Node ${node}, crowsnest ${run.version}, ${run.rounds} rounds, ${run.at}`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>crowsnest bench</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:1320px;margin:2rem auto;padding:0 1rem;color:#0f172a}main{display:grid;grid-template-columns:repeat(auto-fit,minmax(560px,1fr));gap:1.5rem}svg{width:100%;border:1px solid #e2e8f0;border-radius:6px}pre{overflow:auto;font-size:12px;background:#f8fafc;padding:1rem}</style>
<h1>crowsnest bench</h1><p>${escape(machine)}</p>
<p>Every figure is the server's own CPU time per operation, the median of interleaved rounds on one machine in one run. Compare within this page only. A dashed mark is what the project allows itself; red is beyond it.</p>
<main>${[...charts(run).values()].join('\n')}</main>
<h2>All figures</h2><pre>${escape(renderTable(run))}</pre></html>
`;
}
