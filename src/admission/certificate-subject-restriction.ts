import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import { CertificateRequestError, parsePemRequest } from '../machinery/certificate-request.ts';
import { textAt } from '../machinery/json/json-path.ts';
import type { AdmissionPlugin } from './admission-plugin.ts';
import { refusal } from './refusal.ts';

/** Who signs certificates by which clients of this API are known. */
const clientSigner = 'kubernetes.io/kube-apiserver-client';
/** They may do anything. */
const masters = 'system:masters';

/** Nobody asks to be certified as one who may do anything. */
export class CertificateSubjectRestriction implements AdmissionPlugin {
  readonly name = 'CertificateSubjectRestriction';

  validate(attributes: AdmissionAttributes): Promise<void> {
    const { operation, group, resource, subresource, object } = attributes;
    const isNew = operation === 'CREATE' && group === 'certificates.k8s.io' && subresource === '';
    if (isNew && resource === 'certificatesigningrequests' && textAt(object, 'spec', 'signerName') === clientSigner) {
      const pem = Buffer.from(textAt(object, 'spec', 'request'), 'base64').toString('latin1');
      if (asksForMasters(pem)) {
        throw refusal(attributes, `use of ${clientSigner} signer with ${masters} group is not allowed`);
      }
    }
    return Promise.resolve();
  }
}

/** What is no request is refused by the rules of its kind. */
function asksForMasters(pem: string): boolean {
  try {
    return parsePemRequest(pem).organizations.includes(masters);
  } catch (error) {
    if (error instanceof CertificateRequestError) return false;
    throw error;
  }
}
