import { describe, expect, test } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import { Health } from './health.ts';

function healthWith(problems: Record<string, string | undefined>) {
  const ready = Object.keys(problems).map((name) => ({ name, check: () => problems[name] }));
  const ping = { name: 'ping', check: () => undefined };
  const health = new Health({ healthz: [ping], livez: [ping], readyz: [ping, ...ready] }, silentLogger);
  return (path: string, query = '') => health.answer(path, new URLSearchParams(query));
}

describe('server/health', () => {
  test('all is well: ok, and with verbose a line for each check', async () => {
    const ask = healthWith({ etcd: undefined });
    expect(await ask('/readyz')).toEqual({ code: 200, text: 'ok' });
    expect(await ask('/readyz', 'verbose')).toEqual({
      code: 200,
      text: '[+]ping ok\n[+]etcd ok\nreadyz check passed\n',
    });
    expect(await ask('/livez', 'verbose=true')).toEqual({ code: 200, text: '[+]ping ok\nlivez check passed\n' });
  });

  test('one failure fails the endpoint that has the check, without telling why', async () => {
    const ask = healthWith({ etcd: 'no leader', 'watch-cache': undefined });
    expect(await ask('/readyz')).toEqual({
      code: 500,
      text: '[+]ping ok\n[-]etcd failed: reason withheld\n[+]watch-cache ok\nreadyz check failed\n',
    });
    expect(await ask('/healthz')).toEqual({ code: 200, text: 'ok' });
  });

  test('a check can be asked for alone', async () => {
    const ask = healthWith({ etcd: 'no leader', 'watch-cache': undefined });
    expect(await ask('/readyz/watch-cache')).toEqual({ code: 200, text: 'ok' });
    expect(await ask('/readyz/etcd')).toEqual({ code: 500, text: 'internal server error: no leader\n' });
    expect(await ask('/readyz/nothing')).toBeUndefined();
    expect(await ask('/livez/etcd')).toBeUndefined();
    expect(await ask('/metrics')).toBeUndefined();
  });

  test('a check can be excluded, and an unknown one is told', async () => {
    const ask = healthWith({ etcd: 'no leader' });
    expect(await ask('/readyz', 'exclude=etcd')).toEqual({ code: 200, text: 'ok' });
    expect(await ask('/readyz', 'verbose&exclude=etcd&exclude=what')).toEqual({
      code: 200,
      text:
        '[+]ping ok\n[+]etcd excluded: ok\n' +
        'warn: some health checks cannot be excluded: no matches for "what"\nreadyz check passed\n',
    });
  });
});
