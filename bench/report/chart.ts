export type Point = { readonly x: number; readonly y: number };
export type Series = { readonly name: string; readonly points: readonly Point[] };

type Axis = { readonly label: string; readonly ticks: readonly number[]; readonly at: (value: number) => number };

const size = { width: 640, height: 300, left: 70, right: 190, top: 34, bottom: 40 };
const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
const colours = ['#2563eb', '#dc2626', '#059669', '#d97706', '#7c3aed', '#0891b2', '#be185d', '#4d7c0f'];
const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const tidy = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en');

/** Lines over logarithmic axes: what grows by how much shows as a slope. Zero and below cannot be shown. */
export function lineChart(title: string, xLabel: string, yLabel: string, series: readonly Series[]): string {
  const shown = series
    .map(({ name, points }) => ({ name, points: points.filter(({ x, y }) => x > 0 && y > 0) }))
    .filter(({ points }) => points.length > 0);
  const points = shown.flatMap((one) => one.points);
  if (points.length === 0) return '';
  const x = {
    ...logarithmic(
      xLabel,
      points.map((point) => point.x),
    ),
    ticks: [...new Set(points.map((point) => point.x))],
  };
  const y = logarithmic(
    yLabel,
    points.map((point) => point.y),
  );
  return drawing(title, x, y, shown, true);
}

/** The share of all (0 to 1) that took at most so long: cumulative distributions over a logarithmic time axis. */
export function distributionChart(title: string, xLabel: string, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points).filter((point) => point.x > 0);
  if (points.length === 0) return '';
  const x = logarithmic(
    xLabel,
    points.map((point) => point.x),
  );
  const y = { label: '% of all', ticks: [0, 0.25, 0.5, 0.75, 0.99], at: (value: number) => value };
  return drawing(title, x, y, series, false);
}

/** One bar a row, with its value behind it and a mark at `allowed`: for ratios. */
export function barChart(
  title: string,
  unit: string,
  bars: readonly { readonly name: string; readonly value: number; readonly allowed?: number }[],
): string {
  if (bars.length === 0) return '';
  const rowHeight = 22;
  const left = 280;
  const most = Math.max(...bars.flatMap(({ value, allowed = 0 }) => [value, allowed]));
  const width = (value: number) => (most === 0 ? 0 : (value / most) * (size.width - left - 80));
  const rows = bars.map(({ name, value, allowed }, i) => {
    const y = size.top + i * rowHeight;
    const colour = allowed === undefined || value <= allowed ? colours[0] : colours[1];
    const mark =
      allowed === undefined
        ? ''
        : `<line x1="${left + width(allowed)}" x2="${left + width(allowed)}" y1="${y}" y2="${y + 16}" stroke="#111" stroke-dasharray="2 2"><title>allowed: ${tidy(allowed)}</title></line>`;
    return `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${escape(name)}</text><rect x="${left}" y="${y}" width="${width(value).toFixed(1)}" height="16" fill="${colour}"/>${mark}<text x="${left + width(Math.max(value, allowed ?? 0)) + 6}" y="${y + 12}">${tidy(value)} ${escape(unit)}</text>`;
  });
  return svg(title, rows, size.top + bars.length * rowHeight + 10);
}

function drawing(title: string, x: Axis, y: Axis, series: readonly Series[], dotted: boolean): string {
  const px = (value: number) => size.left + x.at(value) * plot.width;
  const py = (value: number) => size.height - size.bottom - y.at(value) * plot.height;
  const tick = (value: number) => (y.label.startsWith('%') ? `${tidy(value * 100)} %` : tidy(value));
  const grid = y.ticks.map(
    (value) =>
      `<line x1="${size.left}" x2="${size.left + plot.width}" y1="${py(value)}" y2="${py(value)}" class="grid"/><text x="${size.left - 6}" y="${py(value) + 4}" text-anchor="end">${tick(value)}</text>`,
  );
  const marks = x.ticks.map(
    (value) =>
      `<text x="${px(value).toFixed(1)}" y="${size.height - size.bottom + 16}" text-anchor="middle">${tidy(value)}</text>`,
  );
  const lines = series.map(({ name, points }, i) => {
    const colour = colours[i % colours.length];
    const path = points.map((point) => `${px(point.x).toFixed(1)},${py(point.y).toFixed(1)}`).join(' ');
    const dots = points.map(
      (point) =>
        `<circle cx="${px(point.x).toFixed(1)}" cy="${py(point.y).toFixed(1)}" r="3" fill="${colour}"><title>${escape(name)}: ${tidy(point.y)}</title></circle>`,
    );
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dotted ? dots.join('') : ''}<text x="${size.left + plot.width + 12}" y="${size.top + 14 + i * 16}" fill="${colour}">${escape(name)}</text>`;
  });
  return svg(title, [...grid, ...marks, axisTitles(x.label, y.label), ...lines]);
}

function svg(title: string, parts: readonly string[], height = size.height): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" role="img" aria-label="${escape(title)}"><style>text{font:11px system-ui,sans-serif;fill:#334155}.title{font-weight:600;font-size:13px}.grid{stroke:#e2e8f0}</style><text x="8" y="18" class="title">${escape(title)}</text>${parts.join('')}</svg>`;
}

const axisTitles = (x: string, y: string): string =>
  `<text x="${size.left + plot.width / 2}" y="${size.height - 6}" text-anchor="middle">${escape(x)}</text><text transform="translate(14 ${size.height / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`;

/** From the least to the greatest value with a margin; ticks at 1, 2 and 5 times the powers of ten, or fewer. */
function logarithmic(label: string, values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values) / 1.15, Math.max(...values) * 1.15];
  const decades = Math.log10(high / low);
  const steps = decades > 4 ? [1] : decades > 2.5 ? [1, 3] : [1, 2, 5];
  const powers = Array.from({ length: 24 }, (_, i) => 10 ** (i - 8));
  const ticks = powers
    .flatMap((power) => steps.map((step) => step * power))
    .filter((value) => value >= low && value <= high);
  return { label, ticks, at: (value) => Math.log(value / low) / Math.log(high / low) };
}
