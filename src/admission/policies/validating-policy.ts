import { objectIn, objectsAt, stringsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { everything, type Selector } from '../../machinery/selection.ts';
import { objectSelector } from '../../machinery/selector/object-selector.ts';
import { readRule } from '../matching/admission-rule.ts';
import type { MatchCriteria } from '../matching/match-criteria.ts';

/** A kind of objects that say what a policy leaves open. */
export interface ParamKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** One thing that has to hold. */
export interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly messageExpression: string;
  /** '' for `Invalid`. */
  readonly reason: string;
}

export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

/** admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy */
export interface ValidatingPolicy {
  readonly name: string;
  readonly criteria: MatchCriteria;
  readonly paramKind: ParamKind | undefined;
  /** What cannot be evaluated is as if it held. */
  readonly ignoresFailure: boolean;
  readonly conditions: readonly string[];
  readonly variables: readonly NamedExpression[];
  readonly validations: readonly Validation[];
  /** What an audit would be told: evaluated, because a failure counts. */
  readonly auditAnnotations: readonly string[];
}

/** Which objects are the parameters of a binding. */
export interface ParamReference {
  /** '' when they are selected. */
  readonly name: string;
  /** '' for that of the request. */
  readonly namespace: string;
  readonly selector: Selector;
  /** A binding that finds none refuses. */
  readonly deniesWithout: boolean;
}

/** admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding */
export interface PolicyBinding {
  readonly name: string;
  readonly policy: string;
  readonly params: ParamReference | undefined;
  /** undefined: all that the policy is about. */
  readonly criteria: MatchCriteria | undefined;
  /** `Deny`, `Warn`, `Audit`. */
  readonly actions: readonly string[];
}

/** @throws {SelectorError} for what validation refuses */
export function readPolicy(object: JsonObject): ValidatingPolicy {
  const spec = objectIn(object, 'spec');
  const paramKind = objectIn(spec, 'paramKind');
  return {
    name: textAt(object, 'metadata', 'name'),
    criteria: readCriteria(objectIn(spec, 'matchConstraints')),
    paramKind:
      paramKind === undefined
        ? undefined
        : { apiVersion: textAt(paramKind, 'apiVersion'), kind: textAt(paramKind, 'kind') },
    ignoresFailure: textAt(spec, 'failurePolicy') === 'Ignore',
    conditions: objectsAt(spec, 'matchConditions').map((condition) => textAt(condition, 'expression')),
    variables: objectsAt(spec, 'variables').map((variable) => ({
      name: textAt(variable, 'name'),
      expression: textAt(variable, 'expression'),
    })),
    validations: objectsAt(spec, 'validations').map((validation) => ({
      expression: textAt(validation, 'expression'),
      message: textAt(validation, 'message'),
      messageExpression: textAt(validation, 'messageExpression'),
      reason: textAt(validation, 'reason'),
    })),
    auditAnnotations: objectsAt(spec, 'auditAnnotations').map((annotation) => textAt(annotation, 'valueExpression')),
  };
}

/** @throws {SelectorError} for what validation refuses */
export function readBinding(object: JsonObject): PolicyBinding {
  const spec = objectIn(object, 'spec');
  const ref = objectIn(spec, 'paramRef');
  const match = objectIn(spec, 'matchResources');
  return {
    name: textAt(object, 'metadata', 'name'),
    policy: textAt(spec, 'policyName'),
    params: ref === undefined ? undefined : readReference(ref),
    criteria: match === undefined ? undefined : readCriteria(match),
    actions: stringsAt(spec, 'validationActions'),
  };
}

const readReference = (ref: JsonObject): ParamReference => ({
  name: textAt(ref, 'name'),
  namespace: textAt(ref, 'namespace'),
  selector: objectSelector(objectIn(ref, 'selector')),
  deniesWithout: textAt(ref, 'parameterNotFoundAction') === 'Deny',
});

/** Without rules everything is meant, as of a binding that only narrows by labels. */
function readCriteria(match: JsonObject | undefined): MatchCriteria {
  const rules = objectsAt(match, 'resourceRules').map(readRule);
  return {
    rules: rules.length === 0 ? 'all' : rules,
    excluded: objectsAt(match, 'excludeResourceRules').map(readRule),
    matchesEquivalents: textAt(match, 'matchPolicy') !== 'Exact',
    namespaces: match === undefined ? everything : objectSelector(objectIn(match, 'namespaceSelector')),
    objects: match === undefined ? everything : objectSelector(objectIn(match, 'objectSelector')),
  };
}
