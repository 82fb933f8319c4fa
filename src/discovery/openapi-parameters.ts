/** A parameter of an operation, but for its body. */
export interface ParameterForm {
  readonly name: string;
  readonly place: 'path' | 'query';
  readonly type: 'string' | 'boolean' | 'integer';
  /** What OpenAPI v2 calls it where it stands once for all operations; absent: it stands in each. */
  readonly sharedAs?: string;
}

const query = (name: string, type: ParameterForm['type'], suffix?: string): ParameterForm => ({
  name,
  place: 'query',
  type,
  ...(suffix !== undefined && { sharedAs: `${name}-${suffix}` }),
});

/** By what they are to an operation. The names that v2 shares them by are kube-apiserver's. */
export const parameters = {
  name: { name: 'name', place: 'path', type: 'string' },
  namespace: { name: 'namespace', place: 'path', type: 'string', sharedAs: 'namespace-vgWSWtn3' },
  pretty: query('pretty', 'string', 'tJGM1-ng'),
  dryRun: query('dryRun', 'string'),
  fieldValidation: query('fieldValidation', 'string'),
  fieldManager: query('fieldManager', 'string', 'Qy4HdaTW'),
  /** An apply must have it. */
  patchFieldManager: query('fieldManager', 'string', '7c6nTn1T'),
  force: query('force', 'boolean', 'tOGGb0Yi'),
  allowWatchBookmarks: query('allowWatchBookmarks', 'boolean', 'HC2hJt-J'),
  continue: query('continue', 'string', 'QfD61s0i'),
  fieldSelector: query('fieldSelector', 'string', 'xIcQKXFG'),
  labelSelector: query('labelSelector', 'string', '5Zw57w4C'),
  limit: query('limit', 'integer', '1NfNmdNH'),
  resourceVersion: query('resourceVersion', 'string', '5WAnf1kx'),
  resourceVersionMatch: query('resourceVersionMatch', 'string', 't8XhRHeC'),
  sendInitialEvents: query('sendInitialEvents', 'boolean', 'rLXlEK_k'),
  shardSelector: query('shardSelector', 'string', 'Kgyki_3_'),
  timeoutSeconds: query('timeoutSeconds', 'integer', 'yvYezaOC'),
  watch: query('watch', 'boolean', 'XNNPZGbK'),
  gracePeriodSeconds: query('gracePeriodSeconds', 'integer', '-K5HaBOS'),
  ignoreStoreReadError: query('ignoreStoreReadErrorWithClusterBreakingPotential', 'boolean', 'QbNkfIqj'),
  orphanDependents: query('orphanDependents', 'boolean', 'uRB25kX5'),
  propagationPolicy: query('propagationPolicy', 'string', '6jk3prlO'),
} as const satisfies Record<string, ParameterForm>;

type ParameterKey = keyof typeof parameters;

export const selecting = [
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'shardSelector',
  'timeoutSeconds',
] as const satisfies readonly ParameterKey[];
export const listing = [...selecting, 'allowWatchBookmarks', 'watch'] as const satisfies readonly ParameterKey[];
export const writing = ['dryRun', 'fieldManager', 'fieldValidation'] as const satisfies readonly ParameterKey[];
export const patching = [
  'dryRun',
  'patchFieldManager',
  'fieldValidation',
  'force',
] as const satisfies readonly ParameterKey[];
export const deleting = [
  'dryRun',
  'gracePeriodSeconds',
  'ignoreStoreReadError',
  'orphanDependents',
  'propagationPolicy',
] as const satisfies readonly ParameterKey[];

/** In the order of their names, as both forms list them. */
export const parametersOf = (keys: readonly (ParameterKey | ParameterForm)[]): readonly ParameterForm[] =>
  keys
    .map((key): ParameterForm => (typeof key === 'string' ? parameters[key] : key))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

export type { ParameterKey };
