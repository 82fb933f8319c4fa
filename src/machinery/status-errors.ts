import { ApiError, type StatusCause, type StatusDetails, type StatusReason } from './api-error.ts';
import { type FieldError, invalidValue, maxFieldErrors } from './field-error.ts';
import { goQuote } from './go-quote.ts';
import { type GroupKind, type GroupResource, groupKindText, groupResourceText } from './gvk.ts';

/** The text of a conflict when the object changed between a client's read and its write. */
export const objectModified =
  'the object has been modified; please apply your changes to the latest version and try again';

const detailsOf = ({ group, resource }: GroupResource, name: string, more: StatusDetails = {}): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  ...(resource === '' ? {} : { kind: resource }),
  ...more,
});

/** Zero is not written, as in Kubernetes: a client reads the absence as "no hint". */
const retryAfter = (seconds: number): StatusDetails => (seconds === 0 ? {} : { retryAfterSeconds: seconds });

export const notFound = (resource: GroupResource, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${groupResourceText(resource)} ${goQuote(name)} not found`, {
    details: detailsOf(resource, name),
  });

export const alreadyExists = (resource: GroupResource, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${groupResourceText(resource)} ${goQuote(name)} already exists`, {
    details: detailsOf(resource, name),
  });

/** Every name that generateName gave was taken. */
export const generateNameConflict = (resource: GroupResource, name: string, retryAfterSeconds: number): ApiError =>
  new ApiError(
    409,
    'AlreadyExists',
    `${groupResourceText(resource)} ${goQuote(name)} already exists, ` +
      'the server was not able to generate a unique name for the object',
    { details: detailsOf(resource, name, retryAfter(retryAfterSeconds)) },
  );

/** `why`: {@link objectModified}, or what else stands in the way, as a sentence without a full stop. */
export const conflict = (resource: GroupResource, name: string, why: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${groupResourceText(resource)} ${goQuote(name)}: ${why}`,
    {
      details: detailsOf(resource, name),
    },
  );

/** Server-side apply found fields that another manager owns: one cause per field. */
export const applyConflict = (causes: readonly StatusCause[], message: string): ApiError =>
  new ApiError(409, 'Conflict', message, { details: causes.length === 0 ? {} : { causes } });

/** 422: one cause per error, in the order given, each once, of at most 100. */
export function invalid(kind: GroupKind, name: string, all: readonly FieldError[]): ApiError {
  const errors = distinct(all).slice(0, maxFieldErrors);
  const causes = errors.map(({ type, message, field }) => ({
    reason: type,
    ...(message === '' ? {} : { message }),
    ...(field === '' ? {} : { field }),
  }));
  const why = aggregateText(errors);
  const what = `${groupKindText(kind)} ${goQuote(name)} is invalid`;
  return new ApiError(422, 'Invalid', why === '' ? what : `${what}: ${why}`, {
    details: detailsOf({ group: kind.group, resource: kind.kind }, name, causes.length === 0 ? {} : { causes }),
  });
}

/** The original drops what is said again, when it looks which errors have been told in another way. */
function distinct(errors: readonly FieldError[]): readonly FieldError[] {
  if (errors.length < 2) return errors;
  const seen = new Set<string>();
  return errors.filter(({ field, message }) => {
    const text = `${field}: ${message}`;
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
}

/** Field errors in one line, each text once: `a`, or `[a, b]`; '' for none. */
export function aggregateText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  return texts.length > 1 ? `[${texts.join(', ')}]` : (texts[0] ?? '');
}

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

export const unauthorized = (message = ''): ApiError =>
  new ApiError(401, 'Unauthorized', message === '' ? 'not authorized' : message);

/** `resource` with an empty group and resource: the request is not about a resource. */
export function forbidden(resource: GroupResource, name: string, why: string): ApiError {
  const text = groupResourceText(resource);
  const subject = text === '' ? 'forbidden' : `${text}${name === '' ? '' : ` ${goQuote(name)}`} is forbidden`;
  return new ApiError(403, 'Forbidden', `${subject}: ${why}`, { details: detailsOf(resource, name) });
}

/** The verb exists but not for this resource. `action`: `watch`, `delete`, `patch` … */
export const methodNotAllowed = (resource: GroupResource, action: string): ApiError =>
  new ApiError(
    405,
    'MethodNotAllowed',
    `${action} is not supported on resources of kind ${goQuote(groupResourceText(resource))}`,
    { details: detailsOf(resource, '') },
  );

/** `target`: the kind that was asked for by `as=`, when only converting to it failed. */
export const notAcceptable = (accepted: readonly string[], target = ''): ApiError =>
  new ApiError(
    406,
    'NotAcceptable',
    `only the following media types are accepted${target === '' ? '' : ` when converting to ${target}`}: ${accepted.join(', ')}`,
  );

/** No route makes an answer in a form that the client takes: refused before anybody has looked at the resource. */
export const routeNotAcceptable = (available: readonly string[]): ApiError =>
  new ApiError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`, {
    details: {},
  });

export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

/** Nothing that the path takes is in what the request says it is: refused before anybody has looked at the resource. */
export const mediaTypeNotTaken = (): ApiError =>
  new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', { details: {} });

/** What a patch made of an object cannot be read. `result`: the object, as far as it goes; `why`: of Go's decoder. */
export const invalidPatch = (result: string, why: string): ApiError =>
  invalid({ group: '', kind: '' }, '', [invalidValue('patch', result, why)]);

/** `message`: `limit is 3145728`. */
export const requestEntityTooLarge = (message: string): ApiError =>
  new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);

export const tooManyRequests = (message: string, retryAfterSeconds: number): ApiError =>
  new ApiError(429, 'TooManyRequests', message, { details: retryAfter(retryAfterSeconds) });

/** The request ran out of time; what it asked for may still happen. */
export const timeout = (message: string, retryAfterSeconds: number): ApiError =>
  new ApiError(504, 'Timeout', `Timeout: ${message}`, { details: retryAfter(retryAfterSeconds) });

/** The store did not answer. `operation`: `list`, `get`, `create` … */
export const serverTimeout = (resource: GroupResource, operation: string, retryAfterSeconds: number): ApiError =>
  new ApiError(
    500,
    'ServerTimeout',
    `The ${operation} operation against ${groupResourceText(resource)} could not be completed at this time, please try again.`,
    { details: detailsOf(resource, operation, retryAfter(retryAfterSeconds)) },
  );

export const serviceUnavailable = (message: string): ApiError => new ApiError(503, 'ServiceUnavailable', message);

export const gone = (message: string): ApiError => new ApiError(410, 'Gone', message);

/** A resourceVersion or a continue token is too old. `next`: a token that goes on inconsistently. */
export const expired = (message: string, next?: string): ApiError =>
  new ApiError(410, 'Expired', message, next === undefined ? {} : { continue: next });

/** The cache has not reached the revision that a client asked for. Clients recognise it by its cause, not by its text. */
export const tooLargeResourceVersion = (
  requested: number | bigint,
  current: number | bigint,
  retryAfterSeconds: number,
): ApiError =>
  new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      ...retryAfter(retryAfterSeconds),
    },
  });

export const internalError = (why: string, options: ErrorOptions = {}): ApiError =>
  new ApiError(500, 'InternalError', `Internal error occurred: ${why}`, {
    ...options,
    details: { causes: [why === '' ? {} : { message: why }] },
  });

/** The original's list gives up behind so many values that it cannot read. */
const maxUnreadable = 100;

/**
 * A list met stored values that cannot be read. `key`: where each lies in the store; `message`: what is wrong with it.
 * At least one.
 */
export function storageReadError(
  resource: GroupResource,
  unreadable: readonly { readonly key: string; readonly message: string }[],
): ApiError {
  const told = unreadable.slice(0, maxUnreadable);
  const causes: StatusCause[] = told.map(({ key, message }) => ({
    reason: 'UnexpectedServerResponse',
    message,
    field: key,
  }));
  if (unreadable.length > maxUnreadable) {
    causes.push({ reason: 'TooMany', message: 'too many errors, the list is truncated' });
  }
  const more = told.length > 1 ? ` (and ${told.length - 1} more)` : '';
  return new ApiError(
    500,
    'StorageReadError',
    `failed to read one or more ${groupResourceText(resource)} from the storage: ${told[0]?.message ?? ''}${more}`,
    { details: detailsOf(resource, 'list', { causes }) },
  );
}

/** An error that is none of the others: what Kubernetes answers when its code threw something without a Status. */
export const unknownError = (message: string, options: ErrorOptions = {}): ApiError =>
  new ApiError(500, '', message, options);

/** Refusals by the HTTP layer itself, before any resource is known: reason and text per code. */
const generic: Readonly<Record<number, readonly [StatusReason, string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};

/** A refusal of which only the HTTP code is known: 404 for a path that is nothing. `why` goes into the text of a 5xx. */
export function genericError(code: number, why = ''): ApiError {
  const known = generic[code];
  if (known !== undefined) return new ApiError(code, known[0], known[1], { details: {} });
  const message =
    code >= 500
      ? `an error on the server (${goQuote(why)}) has prevented the request from succeeding`
      : `the server responded with the status code ${code} but did not return more information`;
  return new ApiError(code, code >= 500 ? 'InternalError' : '', message, { details: {} });
}
