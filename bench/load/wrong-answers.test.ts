import { afterEach, describe, expect, test } from 'vitest';
import type { Job } from './job.ts';
import { type Lie, LyingServer } from './lying-server.ts';
import { prepareJob } from './prepare-job.ts';
import { WrongAnswers } from './wrong-answers.ts';

/** Nobody loses it where a server answers, however busy the machine is. */
const patienceMs = 30_000;
const fanout: Job = {
  kind: 'fanout',
  namespace: 'bench',
  watchers: 3,
  selection: 'all',
  stalled: 0,
  objects: 4,
  objectBytes: 300,
  events: 12,
  writers: 1,
  eventsPerSecond: undefined,
  patienceMs,
};
/** Only the order between objects can show what is wrong. */
const manyObjects: Job = { ...fanout, objects: 12 };
const herd: Job = { kind: 'initial-events', path: '/objects', watchers: 2, concurrency: 2, objects: 9, patienceMs };
const resume: Job = {
  kind: 'resume',
  namespace: 'bench',
  watchers: 2,
  concurrency: 2,
  behind: 8,
  objectBytes: 300,
  patienceMs,
};
const relist: Job = {
  kind: 'relist',
  path: '/objects',
  forgotten: '1',
  informers: 2,
  concurrency: 2,
  objects: 9,
  pageSize: 4,
  patienceMs,
};
const list: Job = {
  kind: 'requests',
  method: 'GET',
  paths: ['/objects'],
  concurrency: 1,
  requests: 3,
  expect: { status: 200, objects: 9 },
  patienceMs,
};
/** What is missing is told once nothing more comes. */
const impatient = <J extends Job>(job: J): J => ({ ...job, patienceMs: 600 });
const put: Job = {
  ...list,
  method: 'PUT',
  object: { namespace: 'bench', name: 'a', bytes: 300 },
  expect: { status: 200 },
};

const servers: LyingServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function wrongOf(lie: Lie, job: Job) {
  const server = await LyingServer.start(lie, 9);
  servers.push(server);
  const prepared = await prepareJob(server.target, job, 1);
  try {
    return await prepared.run();
  } finally {
    prepared.close();
  }
}

describe('bench/load: a wrong answer is noticed', () => {
  test.each([
    ['fanout', fanout, 36],
    ['initial-events', herd, 2],
    ['resume', resume, 2],
    ['relist', relist, 2],
    ['list', list, 3],
    ['put', put, 3],
  ])('%s: nothing is wrong with a server that does not lie', async (_, job, operations) => {
    const { wrong, operations: done, latency } = await wrongOf('none', job);
    expect(wrong).toEqual([]);
    expect(done).toBe(operations);
    expect(latency?.buckets.reduce((sum, [, count]) => sum + count, 0)).toBe(operations);
  });

  test.each<[string, Job, Lie, RegExp]>([
    ['fanout', impatient(fanout), 'loses an event', /instead of 36/],
    ['fanout', fanout, 'repeats an event', /5 after 5/],
    ['fanout', { ...fanout, objects: 1 }, 'swaps two events', /5 after 6/],
    ['fanout', impatient(manyObjects), 'tells one watch another order', /where others saw/],
    ['fanout', impatient(fanout), 'ends a watch', /ended after \d+ events: end of stream/],
    ['fanout', { ...fanout, selection: 'own-name' }, 'none', /event of object/],
    ['initial-events', impatient(herd), 'sends one object too few', /nothing more came, at 8 of 9 objects/],
    ['initial-events', herd, 'swaps two events', /object 7 after 8/],
    ['initial-events', impatient(herd), 'never says that it is in sync', /nothing more came, at 9 of 9 objects/],
    ['resume', resume, 'loses an event', /event 6 instead of 5/],
    ['resume', resume, 'repeats an event', /event 5 instead of 6/],
    ['relist', relist, 'does not know 410', /not told 410/],
    ['relist', relist, 'sends one object too few', /8 objects instead of 9/],
    ['relist', relist, 'changes the revision between pages', /a page of 104 in a list of 100/],
    ['list', list, 'sends one object too few', /8 objects instead of 9/],
    ['list', { ...list, expect: { status: 200, rows: 9 } }, 'none', /0 rows instead of 9/],
    ['list', list, 'answers 500', /500/],
    ['put', put, 'answers 500', /500/],
  ])('%s: %#', async (_, job, lie, expected) => {
    const { wrong } = await wrongOf(lie, job);
    expect(wrong.join('\n'), lie).toMatch(expected);
  });

  test.each<[string, Job]>([
    ['fanout', { ...fanout, objects: 1 }],
    ['relist', relist],
    ['list', list],
    ['put', put],
  ])('%s: a server that stops answering is given up', async (_, given) => {
    const job = { ...given, patienceMs: 150 } as Job;
    const outcome = await wrongOf('stops answering', job).then(({ wrong }) => wrong.join('\n'), String);
    expect(outcome).toMatch(/nothing came for 150 ms/);
  });

  test('relist: a server that is busy is asked again', async () => {
    expect(await wrongOf('is busy at first', relist)).toMatchObject({ operations: 2, wrong: [] });
  });

  test('the first few are told, the others counted', () => {
    const wrong = new WrongAnswers();
    for (let i = 0; i < 8; i++) wrong.add(`wrong ${i}`);
    expect(wrong.list).toEqual(['wrong 0', 'wrong 1', 'wrong 2', 'wrong 3', 'wrong 4', 'and 3 more']);
  });
});
