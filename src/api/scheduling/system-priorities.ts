/** The highest priority that is not kept for what a cluster needs itself. */
export const highestUserPriority = 1_000_000_000;

/** What begins with it is one of {@link systemPriorities}. */
export const systemPrefix = 'system-';

/** The classes that every cluster has, with their values. */
export const systemPriorities: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2 * highestUserPriority + 1_000],
  ['system-cluster-critical', 2 * highestUserPriority],
]);
