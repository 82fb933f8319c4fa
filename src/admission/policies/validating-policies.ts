import type { AdmissionAttributes } from '../../machinery/admission-attributes.ts';
import { ApiError, type StatusReason } from '../../machinery/api-error.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { Selector } from '../../machinery/selection.ts';
import type { AdmissionPlugin } from '../admission-plugin.ts';
import { type AdmissionKinds, isExempt, matchedNames, reviewed } from '../matching/match-criteria.ts';
import { refusal } from '../refusal.ts';
import { type ReviewedNames, requestOf } from '../webhooks/admission-review.ts';
import type { Denial, PolicyEvaluator, PolicySubject } from './policy-evaluator.ts';
import type { ParamKind, PolicyBinding, ValidatingPolicy } from './validating-policy.ts';

/** Objects of one kind, that policies take parameters from. */
export interface ParamSource {
  readonly namespaced: boolean;
  /** undefined: there is none. `namespace`: '' for the cluster. */
  get(namespace: string, name: string): Promise<JsonObject | undefined>;
  list(namespace: string, selector: Selector): Promise<readonly JsonObject[]>;
}

export interface PolicyParts {
  /** Those there are now. */
  readonly policies: () => readonly ValidatingPolicy[];
  readonly bindings: () => readonly PolicyBinding[];
  readonly kinds: AdmissionKinds;
  /** undefined: nobody knows such a kind. */
  readonly params: (kind: ParamKind) => ParamSource | undefined;
}

/** A policy or a binding that cannot be followed as it stands. */
class PolicyError extends Error {}

/** ValidatingAdmissionPolicies: what their bindings make of them. */
export class ValidatingPolicies implements AdmissionPlugin {
  readonly name = 'ValidatingAdmissionPolicy';
  readonly #parts: PolicyParts;
  readonly #evaluators = new WeakMap<ValidatingPolicy, PolicyEvaluator>();

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const policies = this.#parts.policies();
    if (policies.length === 0 || isExempt(attributes)) return;
    let first: Error | undefined;
    for (const policy of policies) {
      const bindings = this.#parts.bindings().filter((binding) => binding.policy === policy.name);
      if (bindings.length === 0) continue;
      const names = await matchedNames(policy.criteria, attributes, this.#parts.kinds);
      if (names === undefined) continue;
      const unknown = this.#problemWith(policy);
      if (unknown !== undefined) {
        if (policy.ignoresFailure) continue;
        const why = `ValidatingAdmissionPolicy '${policy.name}' denied request: failed to configure policy: ${unknown}`;
        first ??= denied(attributes, why, 'Invalid');
        continue;
      }
      for (const binding of bindings) {
        const denial = await this.#follow(policy, binding, attributes, names);
        if (denial === undefined) continue;
        const where = `ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}'`;
        first ??= denied(attributes, `${where} denied request: ${denial.message}`, denial.reason);
      }
    }
    if (first !== undefined) throw first;
  }

  #problemWith({ paramKind }: ValidatingPolicy): string | undefined {
    if (paramKind === undefined || this.#parts.params(paramKind) !== undefined) return undefined;
    return `failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`;
  }

  /** What a binding refuses with; everything else that it wants is done. */
  async #follow(
    policy: ValidatingPolicy,
    binding: PolicyBinding,
    attributes: AdmissionAttributes,
    names: ReviewedNames,
  ): Promise<Denial | undefined> {
    const { kinds } = this.#parts;
    const { criteria } = binding;
    if (criteria !== undefined && (await matchedNames(criteria, attributes, kinds)) === undefined) return undefined;
    let params: readonly (JsonObject | undefined)[];
    try {
      params = await this.#paramsOf(policy, binding, attributes);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      if (policy.ignoresFailure) return undefined;
      return { message: `failed to configure binding: ${error.message}`, reason: 'Invalid' };
    }
    if (params.length === 0) return undefined;
    const subject = await this.#subjectOf(attributes, names);
    const evaluator = await this.#evaluatorOf(policy);
    const denials = params.flatMap((one) => evaluator.evaluate({ ...subject, params: one }));
    if (binding.actions.includes('Warn')) {
      for (const { message } of denials) {
        attributes.request.warn(
          `Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}': ${message}`,
        );
      }
    }
    return binding.actions.includes('Deny') ? denials[0] : undefined;
  }

  /** What all parameters of a binding are held against. */
  async #subjectOf(attributes: AdmissionAttributes, names: ReviewedNames): Promise<Omit<PolicySubject, 'params'>> {
    const { group, kind, namespace } = attributes;
    const isNamespace = group === '' && kind === 'Namespace';
    const about = await reviewed(attributes, names, this.#parts.kinds);
    return {
      object: about.object,
      oldObject: about.oldObject,
      request: requestOf(attributes, about),
      namespace: isNamespace || namespace === '' ? undefined : await this.#parts.kinds.namespace(namespace),
    };
  }

  /** What evaluates expressions is loaded by the first policy that is bound to something. */
  async #evaluatorOf(policy: ValidatingPolicy): Promise<PolicyEvaluator> {
    const known = this.#evaluators.get(policy);
    if (known !== undefined) return known;
    const { PolicyEvaluator: Evaluator } = await import('./policy-evaluator.ts');
    const evaluator = new Evaluator(policy);
    this.#evaluators.set(policy, evaluator);
    return evaluator;
  }

  /** None is one: what a policy says without parameters is evaluated once. @throws {PolicyError} */
  async #paramsOf(
    { paramKind }: ValidatingPolicy,
    { params: ref }: PolicyBinding,
    attributes: AdmissionAttributes,
  ): Promise<readonly (JsonObject | undefined)[]> {
    if (paramKind === undefined || ref === undefined) return [undefined];
    const source = this.#parts.params(paramKind);
    if (source === undefined) throw new PolicyError(`paramKind kind ${paramKind.kind} not known`);
    // A namespace is in itself.
    const own = attributes.group === '' && attributes.kind === 'Namespace' ? attributes.name : attributes.namespace;
    const namespace = source.namespaced ? ref.namespace || own : '';
    if (source.namespaced && namespace === '') {
      throw new PolicyError('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
    }
    if (!source.namespaced && ref.namespace !== '') {
      throw new PolicyError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
    }
    const named = ref.name === '' ? undefined : await source.get(namespace, ref.name);
    const found = ref.name === '' ? await source.list(namespace, ref.selector) : named === undefined ? [] : [named];
    if (found.length === 0 && ref.deniesWithout) {
      throw new PolicyError('no params found for policy binding with `Deny` parameterNotFoundAction');
    }
    return found;
  }
}

const codes: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
};

/** A refusal with a reason that its policy chose. */
function denied(attributes: AdmissionAttributes, message: string, reason: string): ApiError {
  const { status } = refusal(attributes, message);
  const causes = [...(status.details?.causes ?? []), { message }];
  return new ApiError(codes[reason] ?? 422, reason as StatusReason, status.message ?? '', {
    details: { ...status.details, causes },
  });
}
