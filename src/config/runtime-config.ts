import { registeredVersions } from './registered-versions.ts';

/** A resource, as it is served. */
export interface ServedName {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

const stable = /^v\d+$/;

/** Of which versions an entry is; the later ones count more. */
const stages = [
  ['api/all', /^/],
  ['api/ga', stable],
  ['api/beta', /^v\d+beta\d+$/],
  ['api/alpha', /^v\d+alpha\d+$/],
] as const;

const isStage = (key: string): boolean => stages.some(([stage]) => stage === key);

/** As Go reads a boolean; nothing at all is yes. */
const yes = new Set(['', '1', 't', 'T', 'true', 'TRUE', 'True']);
const no = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/**
 * What `--runtime-config` says of what is served: `api/all=false`, `apps/v1=true`, `/v1/pods=false`. A resource counts more
 * than its version, and a version more than its stage. What nobody speaks of is served when its version is stable. Keys,
 * problems and their words are kube-apiserver's.
 */
export class RuntimeConfig {
  readonly #entries: ReadonlyMap<string, string>;

  /** The last of two entries of the same counts. */
  constructor(list: readonly string[]) {
    const entries = list.map((entry): readonly [string, string] => {
      const equals = entry.indexOf('=');
      const key = (equals === -1 ? entry : entry.slice(0, equals)).trim();
      return [isOfCore(key) ? '/v1' : key, equals === -1 ? '' : entry.slice(equals + 1).trim()];
    });
    this.#entries = new Map(entries.filter(([key]) => key !== 'api/legacy'));
  }

  /** What is wrong with it: one sentence each. */
  get problems(): readonly string[] {
    if (this.#entries.size === 1 && this.#entries.get('api/all') === 'false') {
      return ['invalid runtime-config with only api/all=false'];
    }
    const problems: string[] = [];
    const unknown = new Set<string>();
    for (const [key, value] of this.#entries) {
      if (isStage(key)) {
        if (value !== 'true' && value !== 'false') problems.push(`invalid value ${key}=${value}`);
        continue;
      }
      const [group = '', version = '', ...more] = key.split('/');
      if (!key.includes('/') || more.length > 1) problems.push(`runtime-config invalid key ${key}`);
      else if (!registeredVersions.has(group)) unknown.add(`${group}/${version}`);
      else problems.push(...problemsWith(key, value));
    }
    if (unknown.size > 0) problems.push(`unknown api groups ${[...unknown].sort().join(',')}`);
    return problems;
  }

  isEnabled({ group, version, resource }: ServedName): boolean {
    const own = this.#entries.get(`${group}/${version}/${resource}`) ?? this.#entries.get(`${group}/${version}`);
    if (own !== undefined) return yes.has(own);
    let enabled = stable.test(version);
    for (const [stage, form] of stages) {
      const value = this.#entries.get(stage);
      if (value !== undefined && form.test(version)) enabled = value === 'true';
    }
    return enabled;
  }
}

/** Of a group that is known. */
function problemsWith(key: string, value: string): readonly string[] {
  const [group = '', version = '', resource = ''] = key.split('/');
  if (registeredVersions.get(group)?.includes(version) !== true) {
    return [`group version ${group === '' ? version : `${group}/${version}`} that has not been registered`];
  }
  if (!yes.has(value) && !no.has(value)) {
    const why = `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
    return [`invalid value of ${key}: ${value}, err: ${why}`];
  }
  if (resource === resource.toLowerCase()) return [];
  const why = `group/version/resource and resource is always lowercase plural, not ${JSON.stringify(resource)}`;
  return [`invalid key ${key}: ${why}`];
}

/** The core group has no name, and is meant as a whole by what speaks of it so. Its resources alone are `/v1/pods`. */
const isOfCore = (key: string): boolean => /^(?:api\/)?v1(?:\/|$)/.test(key);
