import { describe, expect, test } from 'vitest';
import { cronScheduleError } from './cron-schedule.ts';

describe('cron schedules', () => {
  test.each([
    '* * * * *',
    '*/5 1-3 * jan Mon,fri',
    '0 0 31 12 6',
    '? ? ? ? ?',
    ', * * * *',
    '5/10 * * * *',
    ' \t0  0 1 1 0 ',
    '@daily',
    '@every 1h30m',
    '@every 1.5µs',
    'TZ=UTC * * * * *',
    'CRON_TZ=Europe/Berlin @hourly',
  ])('%j is one', (schedule) => expect(cronScheduleError(schedule)).toBeUndefined());

  test.each([
    ['', 'expected exactly 5 fields, found 0: []'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* 5-1 * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ['jan * * * *', 'failed to parse int from jan: strconv.Atoi: parsing "jan": invalid syntax'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['*/-1 * * * *', 'negative number (-1) not allowed: -1'],
    [
      '99999999999999999999 * * * *',
      'failed to parse int from 99999999999999999999: ' +
        'strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
    ['@Daily', 'unrecognized descriptor: @Daily'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
    ['@every 5', 'failed to parse duration @every 5: time: missing unit in duration "5"'],
    ['@every 1h2x', 'failed to parse duration @every 1h2x: time: unknown unit "x" in duration "1h2x"'],
    ['TZ=UTC', 'invalid schedule format: runtime error: slice bounds out of range [:-1]'],
    ['TZ=europe/berlin @daily', 'provided bad location europe/berlin: unknown time zone europe/berlin'],
    ['TZ=../x @daily', 'provided bad location ../x: time: invalid location name'],
  ])('%j is none', (schedule, why) => expect(cronScheduleError(schedule)).toBe(why));
});
