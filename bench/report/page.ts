import { machineText, type Run } from './run.ts';
import { renderTable } from './table.ts';

const escape = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);

/** A page that needs nothing but itself. */
export function renderPage(run: Run, charts: ReadonlyMap<string, string>): string {
  const group = (title: string, wanted: (name: string) => boolean) => {
    const own = [...charts].filter(([name]) => wanted(name)).map(([, svg]) => svg);
    return own.length === 0 ? '' : `<h2>${title}</h2><main>${own.join('\n')}</main>`;
  };
  const isLatency = (name: string) => name.startsWith('latency-');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>crowsnest bench</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:1320px;margin:2rem auto;padding:0 1rem;color:#0f172a}main{display:grid;grid-template-columns:repeat(auto-fit,minmax(560px,1fr));gap:1.5rem}svg{width:100%;border:1px solid #e2e8f0;border-radius:6px}pre{overflow:auto;font-size:12px;background:#f8fafc;padding:1rem}</style>
<h1>crowsnest bench</h1><p>${escape(machineText(run))}</p>
<p>Cost is the server's own CPU time (user and system) per operation, the median of interleaved rounds on one machine in one run. Compare within this page only. A dashed mark is what the project allows itself; red is beyond it.</p>
${group('Cost against the floor', (name) => name === 'ratios')}
${group('How cost grows', (name) => name !== 'ratios' && !isLatency(name))}
${group('Latency: the share that took at most so long', isLatency)}
<h2>All figures</h2><pre>${escape(renderTable(run))}</pre></html>
`;
}
