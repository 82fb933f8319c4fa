import { expect, test } from 'vitest';
import { commandStatusOf } from './command-status.ts';
import { upgradeRefusalText } from './upgrade-refusal.ts';

const v4 = 'v4.channel.k8s.io';
const said = (status: object) => JSON.stringify(status);

test.each([
  ['', v4, undefined],
  [said({ status: 'Success' }), v4, undefined],
  [said({ status: 'Failure', message: 'not me' }), v4, 'Internal error occurred: not me'],
  [said({ status: 'Failure', reason: 'NonZeroExitCode' }), v4, 'details must be set'],
  [said({ status: 'Failure', reason: 'NonZeroExitCode', details: {} }), v4, 'no ExitCode cause given'],
  [
    said({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '300' }] },
    }),
    v4,
    'invalid exit code value "300"',
  ],
  [said({ status: 'Odd' }), v4, 'unknown error'],
  ['no status', v4, 'error stream protocol error'],
  ['[', 'v5.channel.k8s.io', 'error stream protocol error'],
  ['a text', 'v2.channel.k8s.io', 'error executing remote command: a text'],
])('%s over %s ends a command with %s', (text, protocol, message) => {
  const status = commandStatusOf(text, protocol);
  if (message === undefined) expect(status).toEqual({ metadata: {}, status: 'Success' });
  else expect(status).toMatchObject({ status: 'Failure', code: 500, message: expect.stringContaining(message) });
});

test.each([
  ['', 'empty server response'],
  [' a text\n', 'a text'],
  ['{"message":"a status"}', 'a status'],
  ['{"error":"an error","message":" "}', 'an error'],
  ['{"message":7}', '{"message":7}'],
])('a refusal of %j says %j', (body, text) => {
  expect(upgradeRefusalText(body)).toBe(text);
});
