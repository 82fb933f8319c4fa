import { goQuote } from '../machinery/go-quote.ts';
import { badRequest } from '../machinery/status-errors.ts';
import { pathSegmentName } from '../machinery/validation/path-segment.ts';

/** Of an object that a body names, and no path. @throws {ApiError} 400 when nothing can have that name */
export function requireName(name: string): void {
  if (name === '') throw badRequest('Name parameter required.');
  const problems = pathSegmentName(name);
  if (problems.length > 0) throw badRequest(`Name parameter invalid: ${goQuote(name)}: ${problems.join(';')}`);
}
