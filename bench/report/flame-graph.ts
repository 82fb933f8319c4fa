import { type Frame, selfTimes } from '../flame/cpu-profile.ts';

const size = { width: 1200, row: 17, top: 46, letter: 6.3 };
/** Narrower is not drawn: nobody could point at it. */
const leastShare = 0.0015;

/** Whose code it is. Colours are told apart with any colour vision, and in print. */
const owners = [
  { name: 'crowsnest', colour: '#56b4e9', owns: (where: string) => /^(dist|src)\//.test(where) },
  { name: 'the floor', colour: '#009e73', owns: (where: string) => where.startsWith('bench/') },
  { name: 'Node', colour: '#cbd5e1', owns: (where: string) => where.startsWith('node:') },
  { name: 'packages', colour: '#e69f00', owns: (where: string) => where !== '' },
  { name: 'outside of JavaScript', colour: '#f0e442', owns: () => true },
] as const;

const threadColour = '#f1f5f9';
const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const milliseconds = (micros: number): string => `${(micros / 1000).toFixed(1)} ms`;

/** Who called whom, from the top down; as wide as the time it took. Title texts show when they are pointed at. */
export function flameGraph(title: string, root: Frame): string {
  const parts: string[] = [];
  let depth = 0;
  const draw = (frame: Frame, x: number, level: number): void => {
    const width = (frame.total / root.total) * size.width;
    if (frame.total / root.total < leastShare) return;
    depth = Math.max(depth, level + 1);
    if (level >= 0) parts.push(box(frame, x, level, width, root.total));
    let at = x;
    for (const child of frame.children) {
      draw(child, at, level + 1);
      at += (child.total / root.total) * size.width;
    }
  };
  if (root.total > 0) draw(root, 0, -1);
  const height = size.top + depth * size.row + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" role="img" aria-label="${escape(title)}"><style>text{font:11px ui-monospace,monospace;fill:#0f172a}.title{font:600 13px system-ui,sans-serif}rect{stroke:#fff;stroke-width:.5}</style><rect width="${size.width}" height="${height}" fill="#fff"/><text x="6" y="16" class="title">${escape(title)}</text>${legend()}${parts.join('')}</svg>`;
}

function box(frame: Frame, x: number, level: number, width: number, all: number): string {
  const y = size.top + level * size.row;
  const said = `${frame.name}${frame.where === '' ? '' : ` (${frame.where})`}: ${percent(frame.total / all)}, itself ${percent(frame.self / all)}, ${milliseconds(frame.total)}`;
  const letters = Math.floor((width - 6) / size.letter);
  const text = letters < 3 ? '' : letters < frame.name.length ? `${frame.name.slice(0, letters - 1)}…` : frame.name;
  const label = text === '' ? '' : `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${escape(text)}</text>`;
  return `<g><title>${escape(said)}</title><rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${size.row}" fill="${level === 0 ? threadColour : colourOf(frame)}"/>${label}</g>`;
}

const colourOf = ({ where }: Frame): string => owners.find(({ owns }) => owns(where))?.colour ?? threadColour;

function legend(): string {
  return owners
    .map(
      ({ name, colour }, i) =>
        `<rect x="${6 + i * 130}" y="25" width="12" height="12" fill="${colour}"/><text x="${23 + i * 130}" y="35">${name}</text>`,
    )
    .join('');
}

/** Functions with the most time in themselves, as text and share. */
export const busiest = (root: Frame, most: number): { readonly name: string; readonly share: number }[] =>
  selfTimes(root)
    .slice(0, most)
    .map(({ name, where, self }) => ({ name: where === '' ? name : `${name} ${where}`, share: self / root.total }));

export const shareText = percent;
