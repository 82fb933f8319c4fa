import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { objectIn } from '../machinery/json/json-path.ts';
import { type JsonObject, objectAt } from '../machinery/json-value.ts';
import { metadataField, metadataMap } from '../machinery/object-meta.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import type { ClassLister } from './class-lister.ts';

/** What this rule reads of an IngressClass. */
export interface IngressClassRules {
  readonly name: string;
  readonly isDefault: boolean;
  /** In milliseconds since the epoch. */
  readonly created: number;
}

const defaultAnnotation = 'ingressclass.kubernetes.io/is-default-class';

export const readIngressClass = (object: JsonObject): IngressClassRules => ({
  name: metadataField(object, 'name'),
  isDefault: metadataMap(object, 'annotations')[defaultAnnotation] === 'true',
  created: Date.parse(metadataField(object, 'creationTimestamp')),
});

const classAnnotation = 'kubernetes.io/ingress.class';

/** Gives a new ingress that says nothing of its class the default one: of several the newest, of these the first by name. */
export class DefaultIngressClass implements AdmissionPlugin {
  readonly name = 'DefaultIngressClass';
  readonly #classes: ClassLister<IngressClassRules>;

  constructor(classes: ClassLister<IngressClassRules>) {
    this.#classes = classes;
  }

  async admit({ operation, group, resource, subresource, object }: AdmissionAttributes): Promise<void> {
    if (operation !== 'CREATE' || group !== 'networking.k8s.io' || resource !== 'ingresses' || subresource !== '')
      return;
    if (object === undefined || saysItsClass(object)) return;
    const [newest] = (await this.#classes.all())
      .filter(({ isDefault }) => isDefault)
      .sort((a, b) => b.created - a.created || (a.name < b.name ? -1 : 1));
    if (newest !== undefined) object['spec'] = { ...objectAt(object, 'spec'), ingressClassName: newest.name };
  }
}

function saysItsClass(object: JsonObject): boolean {
  const name = objectAt(object, 'spec')?.['ingressClassName'] ?? undefined;
  const annotations = objectIn(object, 'metadata', 'annotations');
  return name !== undefined || (annotations !== undefined && Object.hasOwn(annotations, classAnnotation));
}
