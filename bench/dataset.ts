/** The data set every request profile reads: 10,000 ConfigMaps of 1.5 KB over 100 namespaces. */
export const dataset = { objects: 10_000, objectBytes: 1500, namespaces: 100 };
/** What writers change: few objects, so that each is written often. */
export const hotNamespace = 'bench-hot';
export const hotObjects = 40;
