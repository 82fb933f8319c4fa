import { expect, test } from 'vitest';
import { occasion } from '../../../test/support/occasion.ts';
import { serviceAccounts } from './service-accounts.ts';

test('of the secrets of a service account nothing but their names is kept', () => {
  const given = () => ({ secrets: [{ name: 'a', namespace: 'other', kind: 'Secret' }, { uid: 'u' }] });
  const { strategy } = serviceAccounts.stored;
  const created = given();
  strategy.prepareForCreate(created, occasion);
  expect(created).toEqual({ secrets: [{ name: 'a' }, {}] });
  const updated = given();
  strategy.prepareForUpdate(updated, {}, occasion);
  expect(updated).toEqual({ secrets: [{ name: 'a' }, {}] });
});
