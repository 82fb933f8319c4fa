import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Config } from '../../config/options.ts';
import { providedCertificate } from './provided-certificate.ts';
import { selfMadeCertificate } from './self-made-certificate.ts';
import type { ServingCertificate } from './serving-certificate.ts';

/** How often a running server looks whether its certificate was replaced, or must be. */
const checkMs = 60_000;

/** The server's certificate: the operator's, else one of its own. A server that runs for years renews it as it goes. */
export class CertificateSource {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(config: Config, clock: Clock, logger: Logger) {
    this.#config = config;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The one to serve with now, from the files or made. */
  load(): Promise<ServingCertificate> {
    const { tlsCertFile, tlsPrivateKeyFile, memory, dataDir, bindAddress } = this.#config;
    if (tlsCertFile !== '') return providedCertificate(tlsCertFile, tlsPrivateKeyFile);
    return selfMadeCertificate({
      directory: memory ? undefined : join(dataDir, 'tls'),
      names: [...new Set(['localhost', '127.0.0.1', '::1', bindAddress])],
      clock: this.#clock,
      logger: this.#logger,
    });
  }

  /**
   * Calls `use` with every certificate that takes the place of `current`. One that cannot be loaded changes nothing.
   * Returns what ends it. Without a place to keep one there is nothing to look at.
   */
  follow(current: ServingCertificate, use: (certificate: ServingCertificate) => void): () => void {
    if (this.#config.memory && this.#config.tlsCertFile === '') return () => {};
    let served = current;
    let stopped = false;
    let cancel = this.#clock.after(checkMs, () => void check());
    const check = async (): Promise<void> => {
      try {
        const loaded = await this.load();
        if (!stopped && loaded.certificate !== served.certificate) {
          served = loaded;
          use(loaded);
          this.#logger.info('serving with a new certificate');
        }
      } catch (error) {
        this.#logger.error('the certificate cannot be renewed: serving with the old one', { error });
      }
      if (!stopped) cancel = this.#clock.after(checkMs, () => void check());
    };
    return () => {
      stopped = true;
      cancel();
    };
  }
}
