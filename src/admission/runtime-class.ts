import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import { objectIn, objectsAt, textAt } from '../machinery/json/json-path.ts';
import { type JsonObject, objectAt } from '../machinery/json-value.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import type { ClassLister } from './class-lister.ts';
import { isPodItself } from './is-pod-itself.ts';
import { refusal } from './refusal.ts';
import { mergedTolerations } from './tolerations.ts';

/** What a RuntimeClass says of its pods. */
export interface RuntimeClassRules {
  /** What they take beside their containers; absent: it says nothing of it. */
  readonly overhead: JsonObject | undefined;
  readonly nodeSelector: JsonObject;
  readonly tolerations: readonly JsonObject[];
}

export const readRuntimeClass = (object: JsonObject): RuntimeClassRules => ({
  overhead: objectAt(object, 'overhead') === undefined ? undefined : (objectIn(object, 'overhead', 'podFixed') ?? {}),
  nodeSelector: objectIn(object, 'scheduling', 'nodeSelector') ?? {},
  tolerations: objectsAt(object, 'scheduling', 'tolerations'),
});

/** What a new pod takes beside its containers, and where it can run, is said by its RuntimeClass. */
export class RuntimeClass implements AdmissionPlugin {
  readonly name = 'RuntimeClass';
  readonly #classes: ClassLister<RuntimeClassRules>;

  constructor(classes: ClassLister<RuntimeClassRules>) {
    this.#classes = classes;
  }

  /** @throws {ApiError} 403 */
  async admit(attributes: AdmissionAttributes): Promise<void> {
    const spec = specOfNewPod(attributes);
    if (spec === undefined) return;
    const rules = await this.#classOf(spec, attributes);
    if (rules === undefined) return;
    setOverhead(spec, rules, attributes);
    setScheduling(spec, rules, attributes);
  }

  /** @throws {ApiError} 403 */
  async validate(attributes: AdmissionAttributes): Promise<void> {
    const spec = specOfNewPod(attributes);
    if (spec === undefined) return;
    const overhead = objectAt(spec, 'overhead');
    const wanted = (await this.#classOf(spec, attributes))?.overhead;
    if (wanted !== undefined && !jsonEqual(wanted, overhead ?? {})) refuse(attributes, otherOverhead);
    if (wanted === undefined && overhead !== undefined)
      refuse(attributes, 'Pod Overhead set without corresponding RuntimeClass defined Overhead');
  }

  async #classOf(spec: JsonObject, attributes: AdmissionAttributes): Promise<RuntimeClassRules | undefined> {
    const name = spec['runtimeClassName'];
    if (typeof name !== 'string') return undefined;
    const rules = name === '' ? undefined : await this.#classes.get(name);
    return rules ?? refuse(attributes, `RuntimeClass ${goQuote(name)} not found`);
  }
}

const otherOverhead = "Pod's Overhead doesn't match RuntimeClass's defined Overhead";

const specOfNewPod = (attributes: AdmissionAttributes): JsonObject | undefined =>
  attributes.operation === 'CREATE' && isPodItself(attributes) ? objectAt(attributes.object, 'spec') : undefined;

function setOverhead(spec: JsonObject, { overhead }: RuntimeClassRules, attributes: AdmissionAttributes): void {
  if (overhead === undefined) return;
  const given = objectAt(spec, 'overhead') ?? {};
  if (Object.keys(given).length > 0 && !jsonEqual(overhead, given)) refuse(attributes, otherOverhead);
  if (Object.keys(overhead).length === 0) delete spec['overhead'];
  else spec['overhead'] = cloneJson(overhead);
}

function setScheduling(spec: JsonObject, rules: RuntimeClassRules, attributes: AdmissionAttributes): void {
  const given = objectAt(spec, 'nodeSelector') ?? {};
  for (const key of Object.keys(rules.nodeSelector)) {
    const [wanted, other] = [textAt(rules.nodeSelector, key), textAt(given, key)];
    if (!Object.hasOwn(given, key) || wanted === other) continue;
    const why = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${wanted}; pod.spec.nodeSelector[${key}] = ${other}`;
    throw refusal(attributes, why);
  }
  const selector = { ...given, ...cloneJson(rules.nodeSelector) };
  if (Object.keys(selector).length > 0) spec['nodeSelector'] = selector;
  const tolerations = mergedTolerations(objectsAt(spec, 'tolerations'), rules.tolerations);
  if (tolerations.length > 0) spec['tolerations'] = tolerations.map((toleration) => cloneJson(toleration));
}

function refuse(attributes: AdmissionAttributes, why: string): never {
  throw refusal(attributes, `pod rejected: ${why}`);
}
