export type Series = { readonly name: string; readonly points: readonly { readonly x: number; readonly y: number }[] };

const size = { width: 640, height: 300, left: 70, right: 190, top: 34, bottom: 40 };
const colours = ['#2563eb', '#dc2626', '#059669', '#d97706', '#7c3aed', '#0891b2', '#be185d', '#4d7c0f'];
const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const tidy = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en');

/** Lines over logarithmic axes: what grows by how much shows as a slope. Zero and below cannot be shown. */
export function lineChart(title: string, xLabel: string, yLabel: string, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points).filter(({ x, y }) => x > 0 && y > 0);
  if (points.length === 0) return '';
  const xs = bounds(points.map(({ x }) => x));
  const ys = bounds(points.map(({ y }) => y));
  const px = (x: number) => size.left + scale(x, xs) * (size.width - size.left - size.right);
  const py = (y: number) => size.height - size.bottom - scale(y, ys) * (size.height - size.top - size.bottom);
  const grid = ticks(ys).map(
    (y) =>
      `<line x1="${size.left}" x2="${size.width - size.right}" y1="${py(y)}" y2="${py(y)}" class="grid"/><text x="${size.left - 6}" y="${py(y) + 4}" text-anchor="end">${tidy(y)}</text>`,
  );
  const xMarks = [...new Set(points.map(({ x }) => x))].map(
    (x) => `<text x="${px(x)}" y="${size.height - size.bottom + 16}" text-anchor="middle">${tidy(x)}</text>`,
  );
  const lines = series.map(({ name, points: own }, i) => {
    const colour = colours[i % colours.length];
    const path = own.map(({ x, y }) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`).join(' ');
    const dots = own.map(
      ({ x, y }) =>
        `<circle cx="${px(x)}" cy="${py(y)}" r="3" fill="${colour}"><title>${escape(name)}: ${tidy(y)}</title></circle>`,
    );
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}<text x="${size.width - size.right + 12}" y="${size.top + 14 + i * 16}" fill="${colour}">${escape(name)}</text>`;
  });
  return svg(title, [...grid, ...xMarks, axisTitles(xLabel, yLabel), ...lines]);
}

/** One bar a row, with its value behind it and a mark at `line`: for ratios. */
export function barChart(
  title: string,
  unit: string,
  bars: readonly { readonly name: string; readonly value: number; readonly allowed?: number }[],
): string {
  if (bars.length === 0) return '';
  const rowHeight = 22;
  const left = 250;
  const height = size.top + bars.length * rowHeight + 10;
  const most = Math.max(...bars.flatMap(({ value, allowed = 0 }) => [value, allowed]));
  const width = (value: number) => (value / most) * (size.width - left - 70);
  const rows = bars.map(({ name, value, allowed }, i) => {
    const y = size.top + i * rowHeight;
    const colour = allowed === undefined || value <= allowed ? '#2563eb' : '#dc2626';
    const mark =
      allowed === undefined
        ? ''
        : `<line x1="${left + width(allowed)}" x2="${left + width(allowed)}" y1="${y}" y2="${y + 16}" stroke="#111" stroke-dasharray="2 2"><title>allowed: ${tidy(allowed)}</title></line>`;
    return `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${escape(name)}</text><rect x="${left}" y="${y}" width="${width(value).toFixed(1)}" height="16" fill="${colour}"/>${mark}<text x="${left + width(Math.max(value, allowed ?? 0)) + 6}" y="${y + 12}">${tidy(value)} ${escape(unit)}</text>`;
  });
  return svg(title, rows, height);
}

function svg(title: string, parts: readonly string[], height = size.height): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" role="img" aria-label="${escape(title)}"><style>text{font:11px system-ui,sans-serif;fill:#334155}.title{font-weight:600;font-size:13px}.grid{stroke:#e2e8f0}</style><text x="8" y="18" class="title">${escape(title)}</text>${parts.join('')}</svg>`;
}

const axisTitles = (x: string, y: string): string =>
  `<text x="${(size.left + size.width - size.right) / 2}" y="${size.height - 6}" text-anchor="middle">${escape(x)}</text><text transform="translate(14 ${size.height / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`;

type Bounds = { readonly low: number; readonly high: number };

const bounds = (values: readonly number[]): Bounds => ({
  low: Math.min(...values) / 1.15,
  high: Math.max(...values) * 1.15,
});
const scale = (value: number, { low, high }: Bounds): number => Math.log(value / low) / Math.log(high / low);

/** 1, 2 and 5 times the powers of ten within the bounds. */
function ticks({ low, high }: Bounds): number[] {
  const powers = Array.from({ length: 24 }, (_, i) => 10 ** (i - 8));
  return powers.flatMap((power) => [power, 2 * power, 5 * power]).filter((value) => value >= low && value <= high);
}
