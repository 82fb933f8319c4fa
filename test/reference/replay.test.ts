import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import { cases } from './cases/all.ts';
import { answerOf, classOf, knownDifferences } from './known-differences.ts';
import { readme } from './readme.ts';
import { strayRecords } from './records.ts';
import { type Replayed, recordedVersion, replay } from './replay.ts';
import { startReplayServer } from './replay-server.ts';

describe('what kube-apiserver answered', () => {
  let server: RunningServer;
  let answers: readonly Replayed[];

  beforeAll(async () => {
    server = await startReplayServer();
    answers = await replay(server.url);
  }, 300_000);
  afterAll(() => server?.close());

  test('is answered here, or the difference is known and has its reason', () => {
    const unknown = answers.filter((answer) => answer.found.length > 0 && classOf(answer) === undefined);
    expect(unknown.map((answer) => ({ answer: answerOf(answer), found: answer.found.slice(0, 2) }))).toEqual([]);
  });

  test('no difference is known that there is not', () => {
    const met = new Set(answers.map(classOf));
    expect(knownDifferences.filter((known) => !met.has(known)).map(({ why }) => why)).toEqual([]);
  });

  test('the page that says so is true', () => {
    const written = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
    expect(written).toBe(readme(recordedVersion(), answers));
  });

  test('every record is of a case, and every case has one of its own', () => {
    const names = cases.map(({ name }) => name);
    expect(strayRecords(names)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });
});
