import { applyCases } from './apply.ts';
import type { Case } from './case.ts';
import { decodingCases } from './decoding.ts';
import { definitionCases } from './definitions.ts';
import { kindCases } from './kinds.ts';
import { patchCases } from './patches.ts';
import { ruleCases } from './rules.ts';
import { wireCases } from './wire.ts';

export const cases: readonly Case[] = [
  ...kindCases,
  ...patchCases,
  ...applyCases,
  ...wireCases,
  ...ruleCases,
  ...decodingCases,
  ...definitionCases,
];

/** A namespace for each case, the same on every server: names stand in messages. */
export const namespaceOf = ({ name }: Case): string =>
  `case-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 63).replace(/-$/, '');
