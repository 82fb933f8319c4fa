import { describe, expect, test } from 'vitest';
import { type CpuProfile, callTree, type Frame, selfTimes } from './cpu-profile.ts';

const project = new URL('file:///home/me/crowsnest/');
const node = (id: number, functionName: string, url: string, ...children: number[]) => ({
  id,
  callFrame: { functionName, url, lineNumber: 6 },
  children,
});
/** Each sample lasts 10 µs. */
const profile = (samples: readonly number[]): CpuProfile => ({
  nodes: [
    node(1, '(root)', '', 2, 3, 4),
    node(2, '(idle)', ''),
    node(3, 'serve', 'file:///home/me/crowsnest/dist/serve.js?a', 5, 6),
    node(4, '(garbage collector)', ''),
    node(5, '', 'file:///home/me/node_modules/.a/node_modules/ws/lib/sender.js', 7),
    node(6, '', 'file:///home/me/node_modules/.a/node_modules/ws/lib/sender.js'),
    node(7, 'writev', ''),
  ],
  startTime: 1000,
  endTime: 1000 + samples.length * 10,
  samples,
  timeDeltas: samples.map((_, i) => (i === 0 ? 0 : 10)),
});
const outline = ({ name, where, self, total, children }: Frame): unknown[] => [
  `${name}|${where}`,
  self,
  total,
  ...children.map(outline),
];

describe('bench/flame/cpu-profile', () => {
  test('waiting is left out, one function called twice from one place is one frame', () => {
    const tree = callTree([{ thread: 'main thread', profile: profile([3, 2, 2, 5, 6, 7, 4]) }], project);
    expect(outline(tree)).toEqual([
      'all|',
      0,
      50,
      [
        'main thread|',
        0,
        50,
        ['serve|dist/serve.js:7', 10, 40, ['(anonymous)|ws/lib/sender.js:7', 20, 30, ['writev|', 10, 10]]],
        ['(garbage collector)|', 10, 10],
      ],
    ]);
  });

  test('a thread that only waited is left out', () => {
    const tree = callTree(
      [
        { thread: 'main thread', profile: profile([2, 2]) },
        { thread: 'worker a', profile: profile([3]) },
      ],
      project,
    );
    expect(tree.children.map(({ name }) => name)).toEqual(['worker a']);
  });

  test('self time is summed over threads and callers, most first', () => {
    const both = ['a', 'b'].map((thread) => ({ thread, profile: profile([3, 5, 6, 7]) }));
    expect(selfTimes(callTree(both, project))).toEqual([
      { name: '(anonymous)', where: 'ws/lib/sender.js:7', self: 40 },
      { name: 'serve', where: 'dist/serve.js:7', self: 20 },
      { name: 'writev', where: '', self: 20 },
    ]);
  });
});
