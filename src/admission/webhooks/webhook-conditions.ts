import { fromJson } from '../../machinery/cel/json-view.ts';
import { kubernetesEnvironment } from '../../machinery/cel/kubernetes-environment.ts';
import { dynType, type Type } from '../../machinery/cel/type.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { admissionRequestType } from '../expressions/admission-request.ts';
import { type Match, MatchConditions } from '../expressions/match-conditions.ts';

const environment = kubernetesEnvironment.with(
  new Map<string, Type>([
    ['object', dynType],
    ['oldObject', dynType],
    ['request', admissionRequestType],
  ]),
);

/** What conditions look at: the object and the one before it, and the request of the review without them. */
export interface ConditionSubject {
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
  readonly request: JsonObject;
}

/** The conditions of one revision of a webhook. */
export class WebhookConditions {
  readonly #conditions: MatchConditions;

  constructor(conditions: readonly string[]) {
    this.#conditions = new MatchConditions(conditions, environment);
  }

  match({ object, oldObject, request }: ConditionSubject): Match {
    return this.#conditions.match(
      new Map([
        ['object', fromJson(object ?? null, dynType)],
        ['oldObject', fromJson(oldObject ?? null, dynType)],
        ['request', fromJson(request, admissionRequestType)],
      ]),
    );
  }
}
