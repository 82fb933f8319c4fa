import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import { numberAt, textAt } from '../machinery/json/json-path.ts';
import { type JsonObject, objectAt, stringAt } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import type { ClassLister } from './class-lister.ts';
import { isPodItself } from './is-pod-itself.ts';
import { refusal } from './refusal.ts';

/** What a PriorityClass says of its pods. */
export interface PriorityClass {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy: string;
  readonly globalDefault: boolean;
}

export const readPriorityClass = (object: JsonObject): PriorityClass => ({
  name: metadataField(object, 'name'),
  value: numberAt(object, 'value'),
  preemptionPolicy: textAt(object, 'preemptionPolicy'),
  globalDefault: object['globalDefault'] === true,
});

const preemptionPolicy = 'PreemptLowerPriority';

/** The classes that every cluster has, also before they are there. */
const systemClasses: ReadonlyMap<string, PriorityClass> = new Map(
  [
    { name: 'system-cluster-critical', value: 2_000_000_000, preemptionPolicy, globalDefault: false },
    { name: 'system-node-critical', value: 2_000_001_000, preemptionPolicy, globalDefault: false },
  ].map((systemClass) => [systemClass.name, systemClass]),
);

/** A pod without a class, where no class is the default. */
const unclassified: PriorityClass = { name: '', value: 0, preemptionPolicy, globalDefault: true };

/** Writes into a pod what its priority class says. What the pod says itself must be the same. One class is the default. */
export class PodPriority implements AdmissionPlugin {
  readonly name = 'Priority';
  readonly #classes: ClassLister<PriorityClass>;

  constructor(classes: ClassLister<PriorityClass>) {
    this.#classes = classes;
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    if (!isPodItself(attributes)) return;
    const spec = objectAt(attributes.object, 'spec');
    if (spec === undefined) return;
    if (attributes.operation === 'CREATE') await this.#create(spec, attributes);
    else keepPriority(spec, objectAt(attributes.oldObject, 'spec'));
  }

  /** @throws {ApiError} 403 */
  async validate(attributes: AdmissionAttributes): Promise<void> {
    const { operation, group, resource, subresource, object, name } = attributes;
    if (group !== 'scheduling.k8s.io' || resource !== 'priorityclasses' || subresource !== '') return;
    if (operation === 'DELETE' || object?.['globalDefault'] !== true) return;
    const present = await this.#default();
    if (present === undefined || (operation === 'UPDATE' && present.name === name)) return;
    const why = `PriorityClass ${present.name} is already marked as default. Only one default can exist`;
    throw refusal(attributes, why);
  }

  /** Of several, which two who wrote at once can have made, the one of least value. */
  async #default(): Promise<PriorityClass | undefined> {
    const defaults = (await this.#classes.all()).filter(({ globalDefault }) => globalDefault);
    return defaults.reduce<PriorityClass | undefined>(
      (least, one) => (least === undefined || one.value < least.value ? one : least),
      undefined,
    );
  }

  /** @throws {ApiError} 403 */
  async #create(spec: JsonObject, attributes: AdmissionAttributes): Promise<void> {
    const wanted = stringAt(spec, 'priorityClassName');
    const found =
      wanted === ''
        ? ((await this.#default()) ?? unclassified)
        : (systemClasses.get(wanted) ?? (await this.#classes.get(wanted)));
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
