export type Point = { readonly x: number; readonly y: number };
export type Series = {
  readonly name: string;
  readonly points: readonly Point[];
  readonly colour: string;
  readonly isDashed?: boolean;
};

export type Heading = { readonly title: string; readonly subtitle: string };

/** `ticks` and their text, and where a value is: from 0 to 1. */
type Axis = {
  readonly label: string;
  readonly ticks: readonly (readonly [number, string])[];
  readonly at: (value: number) => number;
};

const size = { width: 640, height: 330, left: 70, right: 190, top: 52, bottom: 40 };
const bars = { width: 960, left: 400, right: 110, row: 22, thick: 16 };
const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };

/** Told apart with any colour vision; visible on a light and on a dark page. */
export const palette = ['#1f77c9', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;
export const grey = '#8a94a3';

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const tidy = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en');

/** Lines over logarithmic axes: what grows by how much shows as a slope. Zero and below cannot be shown. */
export function lineChart(
  heading: Heading,
  x: { readonly label: string; readonly text?: (value: number) => string },
  yLabel: string,
  series: readonly Series[],
): string {
  const shown = series
    .map((one) => ({ ...one, points: one.points.filter((point) => point.x > 0 && point.y > 0) }))
    .filter(({ points }) => points.length > 0);
  const points = shown.flatMap((one) => one.points);
  if (points.length === 0) return '';
  const values = [...new Set(points.map((point) => point.x))];
  const { text = tidy } = x;
  const xAxis = { ...logarithmic(x.label, values), ticks: values.map((value) => [value, text(value)] as const) };
  const yValues = points.map((point) => point.y);
  return drawing(heading, xAxis, logarithmic(yLabel, yValues), shown, true);
}

const shares = [0, 0.5, 0.9, 0.99, 0.999];

/**
 * The share of all (0 to 1) that took at most so long, over a logarithmic time axis. Each nine of the share takes as much
 * room as the one before it, so that the tail is seen; what is beyond the last one is drawn at the top.
 */
export function distributionChart(heading: Heading, xLabel: string, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points).filter((point) => point.x > 0);
  if (points.length === 0) return '';
  const x = logarithmic(
    xLabel,
    points.map((point) => point.x),
  );
  const nines = (share: number) => -Math.log10(Math.max(1 - share, 0.001)) / 3;
  const y = { label: '% of all', ticks: shares.map((share) => [share, `${share * 100} %`] as const), at: nines };
  return drawing(heading, x, y, series, false);
}

export type Bar = { readonly name: string; readonly value: number; readonly allowed?: number };

/** One bar a row, with its value behind it and a mark at `allowed`: for ratios. */
export function barChart(heading: Heading, unit: string, all: readonly Bar[]): string {
  if (all.length === 0) return '';
  const most = Math.max(...all.flatMap(({ value, allowed = 0 }) => [value, allowed]));
  const width = (value: number) => (most === 0 ? 0 : (value / most) * (bars.width - bars.left - bars.right));
  const rows = all.map(({ name, value, allowed = Number.POSITIVE_INFINITY }, i) => {
    const y = size.top + i * bars.row;
    const isBeyond = value > allowed;
    const end = bars.left + width(Number.isFinite(allowed) ? Math.max(value, allowed) : value);
    const at = (bars.left + width(allowed)).toFixed(1);
    const mark = Number.isFinite(allowed)
      ? `<line x1="${at}" x2="${at}" y1="${y - 2}" y2="${y + bars.thick + 2}" class="mark"><title>allowed: ${tidy(allowed)}</title></line>`
      : '';
    return `<text x="${bars.left - 8}" y="${y + 12}" text-anchor="end">${escape(name)}</text><rect x="${bars.left}" y="${y}" width="${width(value).toFixed(1)}" height="${bars.thick}" fill="${isBeyond ? palette[1] : palette[0]}"/>${mark}<text x="${(end + 6).toFixed(1)}" y="${y + 12}"${isBeyond ? ' class="beyond"' : ''}>${value.toFixed(2)} ${escape(unit)}</text>`;
  });
  return svg(heading, rows, bars.width, size.top + all.length * bars.row + 10);
}

function drawing(heading: Heading, x: Axis, y: Axis, series: readonly Series[], isDotted: boolean): string {
  const px = (value: number) => (size.left + x.at(value) * plot.width).toFixed(1);
  const py = (value: number) => (size.height - size.bottom - y.at(value) * plot.height).toFixed(1);
  const grid = y.ticks.map(
    ([value, text]) =>
      `<line x1="${size.left}" x2="${size.left + plot.width}" y1="${py(value)}" y2="${py(value)}" class="grid"/><text x="${size.left - 6}" y="${Number(py(value)) + 4}" text-anchor="end">${text}</text>`,
  );
  const marks = x.ticks.map(
    ([value, text]) =>
      `<line x1="${px(value)}" x2="${px(value)}" y1="${size.top}" y2="${size.height - size.bottom}" class="grid"/><text x="${px(value)}" y="${size.height - size.bottom + 16}" text-anchor="middle">${text}</text>`,
  );
  const lines = series.map(({ name, points, colour, isDashed = false }, i) => {
    const stroke = `fill="none" stroke="${colour}" stroke-width="2"${isDashed ? ' stroke-dasharray="5 3"' : ''}`;
    const dots = points.map(
      (point) =>
        `<circle cx="${px(point.x)}" cy="${py(point.y)}" r="3" fill="${colour}"><title>${escape(name)}: ${tidy(point.y)}</title></circle>`,
    );
    const [left, middle] = [size.left + plot.width + 12, size.top + 10 + i * 16];
    const key = `<line x1="${left}" x2="${left + 20}" y1="${middle}" y2="${middle}" ${stroke}/><text x="${left + 26}" y="${middle + 4}">${escape(name)}</text>`;
    const path = points.map((point) => `${px(point.x)},${py(point.y)}`).join(' ');
    return `<polyline points="${path}" ${stroke}/>${isDotted ? dots.join('') : ''}${key}`;
  });
  return svg(heading, [...grid, ...marks, axisTitles(x.label, y.label), ...lines], size.width, size.height);
}

const styles = `text{font:11px system-ui,sans-serif;fill:#334155}.title{font-weight:600;font-size:13px}.beyond{font-weight:600}.grid{stroke:#94a3b8;stroke-opacity:.3}.mark{stroke:#0f172a;stroke-width:2;stroke-dasharray:3 2}@media(prefers-color-scheme:dark){text{fill:#cbd5e1}.mark{stroke:#f1f5f9}}`;

function svg({ title, subtitle }: Heading, parts: readonly string[], width: number, height: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}"><style>${styles}</style><text x="8" y="18" class="title">${escape(title)}</text><text x="8" y="35">${escape(subtitle)}</text>${parts.join('')}</svg>`;
}

const axisTitles = (x: string, y: string): string =>
  `<text x="${size.left + plot.width / 2}" y="${size.height - 6}" text-anchor="middle">${escape(x)}</text><text transform="translate(14 ${size.top + plot.height / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`;

/** From the least to the greatest value with a margin; ticks at 1, 2 and 5 times the powers of ten, or fewer. */
function logarithmic(label: string, values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values) / 1.15, Math.max(...values) * 1.15];
  const decades = Math.log10(high / low);
  const steps = decades > 4 ? [1] : decades > 2 ? [1, 3] : decades > 0.7 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
  const powers = Array.from({ length: 24 }, (_, i) => 10 ** (i - 8));
  const ticks = powers
    .flatMap((power) => steps.map((step) => step * power))
    .filter((value) => value >= low && value <= high)
    .map((value) => [value, tidy(value)] as const);
  return { label, ticks, at: (value) => Math.log(value / low) / Math.log(high / low) };
}
