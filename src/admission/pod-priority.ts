import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import { type JsonObject, objectAt, stringAt } from '../machinery/json-value.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import { isPodItself } from './is-pod-itself.ts';
import { refusal } from './refusal.ts';

/** What a PriorityClass says of its pods. */
export interface PriorityClass {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy: string;
}

export interface PriorityClassLister {
  /** undefined: there is none of this name. */
  get(name: string): PriorityClass | undefined;
  /** The class of pods that name none, if there is such a class. */
  default(): PriorityClass | undefined;
}

const preemptionPolicy = 'PreemptLowerPriority';

/** The classes that every cluster has. */
export const systemPriorityClasses: PriorityClassLister = {
  get: (name) => systemClasses.find((priorityClass) => priorityClass.name === name),
  default: () => undefined,
};
const systemClasses: readonly PriorityClass[] = [
  { name: 'system-cluster-critical', value: 2_000_000_000, preemptionPolicy },
  { name: 'system-node-critical', value: 2_000_001_000, preemptionPolicy },
];

/** A pod without a class, where no class is the default. */
const unclassified: PriorityClass = { name: '', value: 0, preemptionPolicy };

/** Writes into a pod what its priority class says. What the pod says itself must be the same. */
export class PodPriority implements AdmissionPlugin {
  readonly name = 'Priority';
  readonly #classes: PriorityClassLister;

  constructor(classes: PriorityClassLister) {
    this.#classes = classes;
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    if (!isPodItself(attributes)) return;
    const spec = objectAt(attributes.object, 'spec');
    if (spec === undefined) return;
    if (attributes.operation === 'CREATE') this.#create(spec, attributes);
    else keepPriority(spec, objectAt(attributes.oldObject, 'spec'));
  }

  /** @throws {ApiError} 403 */
  #create(spec: JsonObject, attributes: AdmissionAttributes): void {
    const wanted = stringAt(spec, 'priorityClassName');
    const found = wanted === '' ? (this.#classes.default() ?? unclassified) : this.#classes.get(wanted);
    if (found === undefined) throw refusal(attributes, `no PriorityClass with name ${wanted} was found`);
    const computed = (what: string, given: string, value: string | number) =>
      `the ${what} (${given}) must not be provided in pod spec; ` +
      `priority admission controller computed ${value} from the given PriorityClass name`;
    const { priority, preemptionPolicy: policy } = spec;
    if (priority !== undefined && priority !== null && priority !== found.value) {
      throw refusal(attributes, computed('integer value of priority', encodeJson(priority), found.value));
    }
    if (typeof policy === 'string' && policy !== found.preemptionPolicy) {
      throw refusal(attributes, computed('string value of PreemptionPolicy', policy, found.preemptionPolicy));
    }
    if (found.name !== '') spec['priorityClassName'] = found.name;
    spec['priority'] = found.value;
    spec['preemptionPolicy'] = found.preemptionPolicy;
  }
}

/** An update that says nothing of it changes nothing. Another value is for validation to refuse. */
function keepPriority(spec: JsonObject, old: JsonObject | undefined): void {
  for (const key of ['priority', 'preemptionPolicy']) {
    const before = old?.[key] ?? undefined;
    if ((spec[key] ?? undefined) === undefined && before !== undefined) spec[key] = before;
  }
}
