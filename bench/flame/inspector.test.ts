import { afterEach, describe, expect, test } from 'vitest';
import { type Child, inspectOption, inspectorOf, startChild } from '../targets/child-server.ts';
import { callTree } from './cpu-profile.ts';
import { profiled } from './inspector.ts';

/** Works on both of its threads for each request, then answers. */
const server = `
  const work = 'const end = process.cpuUsage().user + 50_000; while (process.cpuUsage().user < end);';
  const worker = new worker_threads.Worker(
    'const { parentPort } = require("worker_threads"); parentPort.on("message", () => {' + work + 'parentPort.postMessage("done"); });',
    { eval: true },
  );
  const serve = (request, response) => {
    new Function(work)();
    worker.once('message', () => response.end('done')).postMessage('go');
  };
  const listening = http.createServer(serve).listen(0, '127.0.0.1', () => console.log('listening', listening.address().port));
`;

const children: Child[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await child.stop();
});

describe('bench/flame/inspector', () => {
  test('all threads are profiled while it runs, and the process is left as it was', async () => {
    const child = startChild(process.execPath, [inspectOption, '-e', server]);
    children.push(child);
    const [, port] = await child.wait(/listening (\d+)/);
    const ask = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
    await ask();
    const url = inspectorOf(child) ?? '';
    for (const _ of [1, 2]) {
      const [answer, threads] = await profiled(url, ask);
      expect(answer).toBe('done');
      const { children: trees } = callTree(threads, new URL('file:///'));
      expect(new Set(trees.map(({ name }) => name.split(' ')[0]))).toEqual(new Set(['main', 'worker']));
      for (const { total } of trees) expect(total).toBeGreaterThan(20_000);
    }
  });

  test('a process that goes away meanwhile is an error', async () => {
    const child = startChild(process.execPath, [inspectOption, '-e', 'setInterval(() => {}, 1000)']);
    children.push(child);
    const [, url = ''] = await child.wait(/Debugger listening on (ws:\S+)/);
    await expect(profiled(url, () => child.stop())).rejects.toThrow('the process is gone');
  });
});
