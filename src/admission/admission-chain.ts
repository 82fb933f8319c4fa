import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';

/**
 * Plugins one after the other, in the order given: the first refusal is the answer. When one of them asks for it, all those
 * that change objects are asked once more, and then no more.
 */
export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    let again = false;
    const kept = new Map<string, unknown>();
    const request = () => {
      again = true;
    };
    await this.#admitOnce({ ...attributes, reinvocation: { isAgain: false, request, kept } });
    if (again) await this.#admitOnce({ ...attributes, reinvocation: { isAgain: true, request, kept } });
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#plugins) await plugin.validate?.(attributes);
  }

  async #admitOnce(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#plugins) await plugin.admit?.(attributes);
  }
}
