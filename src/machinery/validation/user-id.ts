import { betweenText } from './ports.ts';

const highest = 2 ** 31 - 1;

/** What is wrong with `id` as the number of a user or a group. */
export const userId = (id: number | bigint): readonly string[] =>
  id >= 0 && id <= highest ? [] : [betweenText(0, highest)];
