import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { objectAt, stringAt } from '../machinery/json-value.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import { isPodItself } from './is-pod-itself.ts';
import { refusal } from './refusal.ts';

/** What a new pod takes beside its containers is said by its RuntimeClass alone. There are no RuntimeClasses here. */
export class RuntimeClass implements AdmissionPlugin {
  readonly name = 'RuntimeClass';

  /** @throws {ApiError} 403 */
  async admit(attributes: AdmissionAttributes): Promise<void> {
    if (attributes.operation !== 'CREATE' || !isPodItself(attributes)) return;
    const className = objectAt(attributes.object, 'spec')?.['runtimeClassName'];
    if (typeof className === 'string') refuse(attributes, `RuntimeClass ${goQuote(className)} not found`);
  }

  /** @throws {ApiError} 403 */
  async validate(attributes: AdmissionAttributes): Promise<void> {
    if (attributes.operation !== 'CREATE' || !isPodItself(attributes)) return;
    const spec = objectAt(attributes.object, 'spec');
    if (stringAt(spec, 'runtimeClassName') !== '' || objectAt(spec, 'overhead') === undefined) return;
    refuse(attributes, 'Pod Overhead set without corresponding RuntimeClass defined Overhead');
  }
}

function refuse(attributes: AdmissionAttributes, why: string): never {
  throw refusal(attributes, `pod rejected: ${why}`);
}
