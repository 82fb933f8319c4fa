import { machineText, type Run } from './run.ts';
import { renderTable } from './table.ts';

const escape = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);

const styles = `:root{color-scheme:light dark;--text:#0f172a;--page:#fff;--line:#e2e8f0;--box:#f8fafc}
@media(prefers-color-scheme:dark){:root{--text:#e2e8f0;--page:#0f172a;--line:#334155;--box:#1e293b}}
body{font:15px/1.5 system-ui,sans-serif;max-width:1320px;margin:2rem auto;padding:0 1rem;color:var(--text);background:var(--page)}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(560px,100%),1fr));gap:1.5rem}main.wide{grid-template-columns:minmax(0,960px)}
svg{width:100%;border:1px solid var(--line);border-radius:6px}pre{overflow:auto;font-size:12px;background:var(--box);padding:1rem}`;

/** Bars with long names: these get the width of the page. */
const wide = new Set(['ratios', 'limits']);

/** A page that needs nothing but itself. */
export function renderPage(run: Run, charts: ReadonlyMap<string, string>): string {
  const group = (title: string, className: string, wanted: (name: string) => boolean) => {
    const own = [...charts].filter(([name]) => wanted(name)).map(([, svg]) => svg);
    return own.length === 0 ? '' : `<h2>${title}</h2><main class="${className}">${own.join('\n')}</main>`;
  };
  const isLatency = (name: string) => name.startsWith('latency-');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>crowsnest bench</title>
<style>${styles}</style>
<h1>crowsnest bench</h1><p>${escape(machineText(run))}</p>
<p>Cost is the server's own CPU time (user and system) per operation, the median of interleaved rounds on one machine in one run. Compare within this page only. A dashed mark is what the project allows itself; orange is beyond it.</p>
${group('Cost and limits', 'wide', (name) => wide.has(name))}
${group('How cost grows', '', (name) => !wide.has(name) && !isLatency(name))}
${group('Latency: the share that took at most so long', '', isLatency)}
<h2>All figures</h2><pre>${escape(renderTable(run))}</pre></html>
`;
}
