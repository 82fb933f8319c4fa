/** A resource, as it is served. */
export interface ServedName {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** Of which versions an entry is; the later ones count more. */
const stages = [
  ['api/all', /^/],
  ['api/ga', /^v\d+$/],
  ['api/beta', /^v\d+beta\d+$/],
  ['api/alpha', /^v\d+alpha\d+$/],
] as const;

/** As Go reads a boolean; nothing at all is yes. */
const yes = new Set(['', '1', 't', 'T', 'true', 'TRUE', 'True']);
const no = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/**
 * What `--runtime-config` says of what is served: `api/all=false`, `apps/v1=true`, `v1/pods=false`. A resource counts more
 * than its version, and a version more than its stage.
 */
export class RuntimeConfig {
  readonly #entries: ReadonlyMap<string, string>;

  /** The last of two entries of the same counts. */
  constructor(list: readonly string[]) {
    this.#entries = new Map(
      list.map((entry) => {
        const equals = entry.indexOf('=');
        const key = (equals === -1 ? entry : entry.slice(0, equals)).trim();
        return [keyOf(key), equals === -1 ? '' : entry.slice(equals + 1).trim()];
      }),
    );
  }

  /** What is wrong with it, whatever is served: one sentence each. */
  get problems(): readonly string[] {
    const problems: string[] = [];
    if (this.#entries.size === 1 && this.#entries.get('api/all') === 'false') {
      problems.push('with api/all=false alone nothing would be served');
    }
    for (const [key, value] of this.#entries) {
      const shown = JSON.stringify(`${shownKey(key)}=${value}`);
      if (stages.some(([stage]) => stage === key)) {
        if (value !== 'true' && value !== 'false') problems.push(`neither true nor false: ${shown}`);
        continue;
      }
      const [, version = '', resource = '', ...more] = key.split('/');
      if (version === '' || more.length > 0) {
        problems.push(`not api/all, api/ga, api/beta, api/alpha, group/version or group/version/resource: ${shown}`);
      } else if (resource !== resource.toLowerCase()) {
        problems.push(`resources are written small and in the plural: ${shown}`);
      } else if (!yes.has(value) && !no.has(value)) problems.push(`neither true nor false: ${shown}`);
    }
    return problems;
  }

  /**
   * What is wrong with it where these are served. `groups`: all that are known.
   */
  problemsWith(served: Iterable<ServedName>, groups: ReadonlySet<string>): readonly string[] {
    const names = new Set<string>();
    for (const { group, version } of served) names.add(`${group}/${version}`);
    return [...this.#entries].flatMap(([key, value]) => {
      if (stages.some(([stage]) => stage === key)) return [];
      const [group = '', version = ''] = key.split('/');
      if (!groups.has(group)) return [`there is no group ${JSON.stringify(group)}`];
      const missing = yes.has(value) && !names.has(`${group}/${version}`);
      return missing ? [`there is no ${shownKey(`${group}/${version}`)} to serve`] : [];
    });
  }

  isEnabled({ group, version, resource }: ServedName): boolean {
    const own = this.#entries.get(`${group}/${version}/${resource}`) ?? this.#entries.get(`${group}/${version}`);
    if (own !== undefined) return yes.has(own);
    let enabled = true;
    for (const [stage, form] of stages) {
      const value = this.#entries.get(stage);
      if (value !== undefined && form.test(version)) enabled = value === 'true';
    }
    return enabled;
  }
}

/** The core group has no name: `v1` and `api/v1` are it. */
const keyOf = (key: string): string => key.replace(/^(?:api\/)?v1(?=$|\/)/, '/v1');

const shownKey = (key: string): string => (key.startsWith('/') ? key.slice(1) : key);
