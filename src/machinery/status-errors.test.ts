import { describe, expect, test } from 'vitest';
import type { ApiError } from './api-error.ts';
import type { FieldError } from './field-error.ts';
import * as errors from './status-errors.ts';

const pods = { group: '', resource: 'pods' };
const deployments = { group: 'apps', resource: 'deployments' };
const wire = (error: ApiError) => JSON.parse(JSON.stringify(error.status)) as Record<string, unknown>;
const failure = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' };

describe('machinery/status-errors', () => {
  test('the status is written in the field order of metav1.Status', () => {
    expect(JSON.stringify(errors.notFound(deployments, 'web').status)).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"deployments.apps \\"web\\" not found",' +
        '"reason":"NotFound","details":{"name":"web","group":"apps","kind":"deployments"},"code":404}',
    );
  });

  test.each<[string, ApiError, Record<string, unknown>]>([
    [
      'the core group is not written',
      errors.notFound(pods, 'x'),
      { reason: 'NotFound', code: 404, message: 'pods "x" not found', details: { name: 'x', kind: 'pods' } },
    ],
    [
      'alreadyExists',
      errors.alreadyExists(pods, 'x'),
      { reason: 'AlreadyExists', code: 409, message: 'pods "x" already exists', details: { name: 'x', kind: 'pods' } },
    ],
    [
      'generateNameConflict',
      errors.generateNameConflict(pods, 'x-', 1),
      {
        reason: 'AlreadyExists',
        code: 409,
        message: 'pods "x-" already exists, the server was not able to generate a unique name for the object',
        details: { name: 'x-', kind: 'pods', retryAfterSeconds: 1 },
      },
    ],
    [
      'conflict',
      errors.conflict(deployments, 'web', errors.objectModified),
      {
        reason: 'Conflict',
        code: 409,
        message:
          'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; ' +
          'please apply your changes to the latest version and try again',
        details: { name: 'web', group: 'apps', kind: 'deployments' },
      },
    ],
    [
      'forbidden without a resource',
      errors.forbidden({ group: '', resource: '' }, '', 'User "a" cannot get path "/x"'),
      { reason: 'Forbidden', code: 403, message: 'forbidden: User "a" cannot get path "/x"', details: {} },
    ],
    [
      'forbidden without a name',
      errors.forbidden(pods, '', 'no'),
      { reason: 'Forbidden', code: 403, message: 'pods is forbidden: no', details: { kind: 'pods' } },
    ],
    [
      'forbidden',
      errors.forbidden(pods, 'x', 'no'),
      { reason: 'Forbidden', code: 403, message: 'pods "x" is forbidden: no', details: { name: 'x', kind: 'pods' } },
    ],
    ['unauthorized', errors.unauthorized(), { reason: 'Unauthorized', code: 401, message: 'not authorized' }],
    ['badRequest', errors.badRequest('no'), { reason: 'BadRequest', code: 400, message: 'no' }],
    [
      'methodNotAllowed',
      errors.methodNotAllowed(deployments, 'watch'),
      {
        reason: 'MethodNotAllowed',
        code: 405,
        message: 'watch is not supported on resources of kind "deployments.apps"',
        details: { group: 'apps', kind: 'deployments' },
      },
    ],
    [
      'notAcceptable',
      errors.notAcceptable(['application/json', 'application/yaml']),
      {
        reason: 'NotAcceptable',
        code: 406,
        message: 'only the following media types are accepted: application/json, application/yaml',
      },
    ],
    [
      'unsupportedMediaType',
      errors.unsupportedMediaType(['application/json']),
      {
        reason: 'UnsupportedMediaType',
        code: 415,
        message: 'the body of the request was in an unknown format - accepted media types include: application/json',
      },
    ],
    [
      'requestEntityTooLarge',
      errors.requestEntityTooLarge('limit is 3145728'),
      { reason: 'RequestEntityTooLarge', code: 413, message: 'Request entity too large: limit is 3145728' },
    ],
    [
      'tooManyRequests',
      errors.tooManyRequests('storage is (re)initializing', 1),
      {
        reason: 'TooManyRequests',
        code: 429,
        message: 'storage is (re)initializing',
        details: { retryAfterSeconds: 1 },
      },
    ],
    [
      'a hint of zero seconds is not written',
      errors.timeout('request did not complete within the allotted timeout', 0),
      {
        reason: 'Timeout',
        code: 504,
        message: 'Timeout: request did not complete within the allotted timeout',
        details: {},
      },
    ],
    [
      'serverTimeout',
      errors.serverTimeout(pods, 'list', 2),
      {
        reason: 'ServerTimeout',
        code: 500,
        message: 'The list operation against pods could not be completed at this time, please try again.',
        details: { name: 'list', kind: 'pods', retryAfterSeconds: 2 },
      },
    ],
    [
      'tooLargeResourceVersion',
      errors.tooLargeResourceVersion(12, 10, 1),
      {
        reason: 'Timeout',
        code: 504,
        message: 'Timeout: Too large resource version: 12, current: 10',
        details: {
          causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
          retryAfterSeconds: 1,
        },
      },
    ],
    [
      'expired with a token to go on',
      errors.expired('too old', 'next'),
      { metadata: { continue: 'next' }, reason: 'Expired', code: 410, message: 'too old' },
    ],
    [
      'internalError',
      errors.internalError('boom'),
      {
        reason: 'InternalError',
        code: 500,
        message: 'Internal error occurred: boom',
        details: { causes: [{ message: 'boom' }] },
      },
    ],
    ['unknownError', errors.unknownError('boom'), { code: 500, message: 'boom' }],
    [
      'a path that is nothing',
      errors.genericError(404),
      { reason: 'NotFound', code: 404, message: 'the server could not find the requested resource', details: {} },
    ],
    [
      'any other server error',
      errors.genericError(502, 'x'),
      {
        reason: 'InternalError',
        code: 502,
        message: 'an error on the server ("x") has prevented the request from succeeding',
        details: {},
      },
    ],
  ])('%s', (_, error, want) => expect(wire(error)).toEqual({ ...failure, ...want }));
});

describe('machinery/status-errors: invalid', () => {
  const required: FieldError = { type: 'FieldValueRequired', field: 'spec.a', message: 'Required value' };
  const bad: FieldError = { type: 'FieldValueInvalid', field: 'spec.b', message: 'Invalid value: "x": no' };
  const kind = { group: 'apps', kind: 'Deployment' };

  test('one error is not a list', () => {
    expect(wire(errors.invalid(kind, 'web', [required]))).toEqual({
      ...failure,
      reason: 'Invalid',
      code: 422,
      message: 'Deployment.apps "web" is invalid: spec.a: Required value',
      details: {
        name: 'web',
        group: 'apps',
        kind: 'Deployment',
        causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.a' }],
      },
    });
  });

  test('several errors are listed in brackets', () => {
    expect(errors.invalid({ group: '', kind: 'Pod' }, 'p', [required, bad]).message).toBe(
      'Pod "p" is invalid: [spec.a: Required value, spec.b: Invalid value: "x": no]',
    );
  });

  test('a repeated error is told once', () => {
    const error = errors.invalid(kind, 'web', [required, required]);
    expect(error.message).toBe('Deployment.apps "web" is invalid: spec.a: Required value');
    expect(error.status.details?.causes).toHaveLength(1);
  });

  test('no error at all still says that it is invalid', () => {
    expect(errors.invalid(kind, 'web', []).message).toBe('Deployment.apps "web" is invalid');
    const many = Array.from({ length: 1_000 }, (_, i) => ({ ...required, field: `spec.${i}` }));
    expect(errors.invalid(kind, 'web', many).status.details?.causes).toHaveLength(100);
  });
});
