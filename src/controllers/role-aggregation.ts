import type { ClusterRole, PolicyRule } from '../api/types/rbac-v1.generated.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { WorkQueue } from '../base/work-queue.ts';
import { ApiError } from '../machinery/api-error.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { objectSelector } from '../machinery/selector/object-selector.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import type { StoredObject } from '../translate/stored-object.ts';

export interface RoleAggregationOptions {
  readonly roles: Pick<RestStorage, 'apply'>;
  /** Cluster roles as they are known now, in the order of their names. */
  readonly all: () => readonly StoredObject[];
  readonly clock: Pick<Clock, 'after'>;
  readonly logger: Logger;
}

const name = 'clusterrole-aggregation-controller';
const context = RequestContext.internal('system:serviceaccount:kube-system:clusterrole-aggregation-controller', {
  fieldManager: name,
});

/** Pauses between tries to write a role that somebody else writes at the same time. */
const firstRetryMs = 20;
const maxRetryMs = 30_000;

/**
 * Gives cluster roles that are made of others, as `admin`, `edit` and `view` are, the rules of those: of each that one of their
 * selectors means, in the order of their names, each rule once. In Kubernetes a controller of kube-controller-manager does;
 * several beside one another write the same.
 */
export class RoleAggregation {
  readonly #options: RoleAggregationOptions;
  readonly #queue: WorkQueue;
  #isRunning = false;

  constructor(options: RoleAggregationOptions) {
    this.#options = options;
    this.#queue = new WorkQueue({
      work: async (role) => {
        await this.#aggregate(role);
        return 'done';
      },
      failed: (role, error) => options.logger.warn('a role cannot be made of others', { role, error }),
      concurrency: 1,
      firstRetryMs,
      maxRetryMs,
      clock: options.clock,
    });
  }

  /** From now on: everything there is, and every change that is told. */
  start(): void {
    this.#isRunning = true;
    this.changed();
  }

  stop(): void {
    this.#isRunning = false;
    this.#queue.stop();
  }

  /** Some cluster role is another one now: any that is made of others may be one that is made of it. */
  changed(): void {
    if (!this.#isRunning) return;
    for (const role of this.#options.all()) {
      // Looked for in the bytes: most are not.
      if (role.bytes.includes('"aggregationRule"')) this.#queue.add(role.name);
    }
  }

  async #aggregate(roleName: string): Promise<void> {
    const all = this.#options.all();
    const role: ClusterRole | undefined = all.find((one) => one.name === roleName)?.parse();
    const selectors = role?.aggregationRule?.clusterRoleSelectors ?? [];
    if (role === undefined || selectors.length === 0) return;
    const rules: PolicyRule[] = [];
    for (const selector of selectors.map((one) => objectSelector(one as JsonObject))) {
      for (const other of all) {
        if (other.name === roleName || !selector.matches(other.labels)) continue;
        const { rules: more }: ClusterRole = other.parse();
        for (const rule of more ?? []) if (!rules.some((known) => isSame(known, rule))) rules.push(rule);
      }
    }
    if (isSame(rules, role.rules ?? [])) return;
    const config = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: roleName },
      rules: rules as unknown as JsonObject[],
    };
    try {
      const applied = { config, force: true, fieldValidation: 'Strict', problems: [] } as const;
      await this.#options.roles.apply({ namespace: '', name: roleName }, '', applied, context);
    } catch (error) {
      // It went meanwhile, and must not come back so.
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
  }
}

const isSame = (one: object, other: object): boolean => jsonEqual(one as JsonObject, other as JsonObject);
