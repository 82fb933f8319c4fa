/**
 * The controllers of this server: by the names that kube-controller-manager gives them, each with its old one, or, without
 * another one, by those that kube-apiserver gives to what it does after its start.
 */
const aliases = {
  'apiservice-registration-controller': undefined,
  'bootstrap-roles': undefined,
  'bootstrap-system-priority-classes': undefined,
  'clusterrole-aggregation-controller': 'clusterrole-aggregation',
  'garbage-collector-controller': 'garbagecollector',
  'namespace-controller': 'namespace',
  'priority-and-fairness-config-consumer': undefined,
  'priority-and-fairness-config-producer': undefined,
} as const;

export type ControllerName = keyof typeof aliases;

export const controllerNames = Object.keys(aliases) as ControllerName[];

/** The name without its sign, as it is today; `undefined`: there is no such controller. */
const nameOf = (entry: string): ControllerName | undefined => {
  const given = entry.startsWith('-') ? entry.slice(1) : entry;
  return controllerNames.find((name) => name === given || aliases[name] === given);
};

/**
 * Whether the list, as of `--controllers`, has it run: what names it first decides, else a `*` runs it. Kube-controller-manager
 * reads it so.
 */
export function isControllerEnabled(list: readonly string[], name: ControllerName): boolean {
  const naming = list.find((entry) => nameOf(entry) === name);
  return naming === undefined ? list.includes('*') : !naming.startsWith('-');
}

/** What is in the list and names no controller, without its sign. */
export const unknownControllers = (list: readonly string[]): readonly string[] =>
  list
    .filter((entry) => entry !== '*' && nameOf(entry) === undefined)
    .map((entry) => (entry.startsWith('-') ? entry.slice(1) : entry));
