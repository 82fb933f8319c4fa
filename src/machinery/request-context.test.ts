import { expect, test } from 'vitest';
import { RequestContext } from './request-context.ts';

test('a narrowed context is the same request: it shares warnings and cancellation', () => {
  const request = RequestContext.of('audit', { verb: 'create' });
  const narrowed = request.with({ dryRun: true, fieldManager: 'kubectl' });
  narrowed.warn('one');
  request.abort();
  expect([...request.warnings]).toEqual(['one']);
  expect(narrowed).toMatchObject({
    auditId: 'audit',
    verb: 'create',
    dryRun: true,
    fieldManager: 'kubectl',
    aborted: true,
  });
  expect(request.dryRun).toBe(false);
});

test('whoever writes the answer hears of its end, also when he asks late', () => {
  const request = RequestContext.of('');
  const heard: string[] = [];
  request.onAbort(() => heard.push('first'));
  request.onAbort(() => heard.push('second'));
  request.abort();
  request.onAbort(() => heard.push('late'));
  expect(heard).toEqual(['second', 'late']);
});

test('warnings are said once each, and not without end', () => {
  const request = RequestContext.of('');
  for (let n = 0; n < 100; n++) request.warn(`warning ${n % 50}`);
  expect(request.warnings.size).toBe(50);
  for (let n = 0; n < 200; n++) request.warn(`warning ${n}`);
  expect(request.warnings.size).toBe(128);
});
