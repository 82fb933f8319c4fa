import { describe, expect, test } from 'vitest';
import type { Frame } from '../flame/cpu-profile.ts';
import type { Flame } from '../flame/flame.ts';
import { busiest, flameGraph } from './flame-graph.ts';
import { drawFlame, renderFlamePage, renderFlames } from './flame-page.ts';

const frame = (name: string, self: number, ...children: Frame[]): Frame => ({
  name,
  where: name === 'gc' ? '' : `dist/${name}.js:1`,
  self,
  total: children.reduce((sum, { total }) => sum + total, self),
  children,
});
const root = frame(
  'all',
  0,
  frame('<thread>', 10, frame('a', 30, frame('b', 20)), frame('gc', 39.95), frame('c', 0.05)),
);

const flame: Flame = {
  profile: 'put',
  variant: '',
  target: 'floor http',
  operation: 'request',
  threads: [
    {
      thread: 'main thread',
      profile: {
        nodes: [
          { id: 1, callFrame: { functionName: '(root)', url: '', lineNumber: -1 }, children: [2] },
          { id: 2, callFrame: { functionName: 'send', url: 'node:net', lineNumber: 8 } },
        ],
        startTime: 0,
        endTime: 50,
        samples: [2],
        timeDeltas: [0],
      },
    },
  ],
  syscalls: [
    { name: 'writev', calls: 1 },
    { name: 'mmap', calls: 0.001 },
  ],
  wrong: ['<lost>'],
};

describe('bench/report/flame-graph', () => {
  test('a box is as wide as its time, stands below its caller and tells its figures', () => {
    const svg = flameGraph('t', root);
    const boxes = [...svg.matchAll(/<title>(\S+) [^<]*<\/title><rect x="([\d.]+)" y="(\d+)" width="([\d.]+)"/g)];
    expect(boxes.map(([, name, ...numbers]) => [name, ...numbers.map(Number)])).toEqual([
      ['&#60;thread&#62;', 0, 46, 1200],
      ['a', 0, 63, 600],
      ['b', 0, 80, 240],
      ['gc:', 600, 63, 479.4],
    ]);
    expect(svg).toContain('<title>a (dist/a.js:1): 50.0 %, itself 30.0 %, 0.1 ms</title>');
  });

  test('nothing is a drawing without boxes', () => {
    expect(flameGraph('t', frame('all', 0))).not.toContain('NaN');
  });

  test('the busiest functions by their own time', () => {
    expect(busiest(root, 2)).toEqual([
      { name: 'gc', share: 0.3995 },
      { name: 'a dist/a.js:1', share: 0.3 },
    ]);
  });

  test('a page and a text of all', () => {
    const drawn = [drawFlame(flame)];
    expect(drawn[0]?.file).toBe('flame-put-on-floor-http');
    const machine = { cpu: 'c', cores: 2, memoryBytes: 0, platform: 'p', node: 'v', loadBefore: 0 };
    const page = renderFlamePage({ at: '', seconds: 1, machine, version: '1', commit: undefined, rounds: 1 }, drawn);
    expect(page).not.toMatch(/<(script|link|img)|src=/);
    expect(page).toContain('<td>100.0 %</td><td>send node:net:9</td>');
    expect(page).toContain('<td>&#60; 0.01</td><td>mmap</td>');
    expect(renderFlames(drawn)).toMatch(
      /100\.0 % {2}send node:net:9\n {2}system calls per request: writev 1\.00, mmap < 0\.01\n {2}WRONG {3}<lost>/,
    );
  });
});
