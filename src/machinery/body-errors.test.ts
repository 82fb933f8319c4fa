import { describe, expect, test } from 'vitest';
import { strictDecodingText, strictProblems, unhandledBody, unparsableBody } from './body-errors.ts';

const syntax = new Error("invalid character 'x' looking for beginning of value");

describe('machinery/body-errors', () => {
  test.each([
    ['', '<empty>'],
    ['{x', '{x'],
    ['{"kind":"ConfigMap","apiVersion":"v1"}', '{"kind":"ConfigMap","apiVersio ...'],
    ['xyz', '78797a'],
    ['x'.repeat(31), `${'78'.repeat(30)} ...`],
  ])('a body that is not JSON is shown: %j as %s', (body, shown) => {
    expect(unparsableBody('ConfigMap', syntax, Buffer.from(body)).status).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message:
        "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; " +
        `json parse error: invalid character 'x' looking for beginning of value (${shown})`,
    });
  });

  test('strict problems are listed, repeated fields first', () => {
    const problems = strictProblems({ unknown: ['spec.foo'], duplicate: ['metadata.labels.a'] });
    expect(problems).toEqual(['duplicate field "metadata.labels.a"', 'unknown field "spec.foo"']);
    expect(unhandledBody({ kind: 'Pod', version: 'v1' }, 'Pod', strictDecodingText(problems)).message).toBe(
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: ' +
        'duplicate field "metadata.labels.a", unknown field "spec.foo"',
    );
  });
});
