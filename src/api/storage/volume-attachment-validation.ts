import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  tooLong,
  tooLongCharacters,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { dns1123Subdomain, dns1123SubdomainCaseless } from '../../machinery/validation/dns.ts';
import { fieldIsImmutable, validateText } from '../../machinery/validation/values.ts';
import { validateInlineVolume } from '../core/inline-volume-validation.ts';
import { validateCsiDriver } from '../core/persistent-volume-sources.ts';
import type {
  VolumeAttachment,
  VolumeAttachmentSource,
  VolumeAttachmentStatus,
  VolumeError,
} from '../types/storage-v1.generated.ts';

/** In characters. */
const maxAttacher = 63;
/** In bytes. */
const maxMetadata = 256 * 1024;
const maxMessage = 1024;
const maxErrorCode = 2 ** 31 - 1;

/** What is wrong with the attacher of a new one is told after everything else. */
export const validateAttachment = (attachment: VolumeAttachment): FieldError[] => [
  ...validateAllButAttacher(attachment),
  ...validateNewAttacher(attachment.spec?.attacher ?? ''),
];

/** What is attached where stays. */
export const validateAttachmentUpdate = (attachment: VolumeAttachment, old: VolumeAttachment): FieldError[] => [
  ...validateCsiDriver(attachment.spec?.attacher ?? '', 'spec.attacher'),
  ...validateAllButAttacher(attachment),
  ...(jsonEqual(attachment.spec ?? {}, old.spec ?? {}) ? [] : [invalidValue('spec', null, fieldIsImmutable)]),
];

function validateAllButAttacher({ spec = {}, status = {} }: VolumeAttachment): FieldError[] {
  const { source = {}, nodeName = '' } = spec;
  const { persistentVolumeName: volume } = source;
  return [
    ...validateSource(source),
    ...validateText(nodeName, 'spec.nodeName', dns1123Subdomain),
    ...validateStatus(status),
    ...(volume === undefined ? [] : validateText(volume, 'spec.source.persistentVolumeName', dns1123Subdomain)),
  ];
}

function validateNewAttacher(attacher: string): FieldError[] {
  if (attacher === '') return [requiredValue('spec.attacher')];
  return [
    ...validateText(attacher, 'spec.attacher', dns1123SubdomainCaseless),
    ...(Array.from(attacher).length > maxAttacher ? [tooLongCharacters('spec.attacher', maxAttacher)] : []),
  ];
}

const exactlyOne = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

function validateSource({
  persistentVolumeName: volume,
  inlineVolumeSpec: inline,
}: VolumeAttachmentSource): FieldError[] {
  const path = 'spec.source';
  if (inline === undefined && volume === undefined) return [requiredValue(path, exactlyOne)];
  if (inline !== undefined && volume !== undefined) return [forbiddenValue(path, exactlyOne)];
  if (inline !== undefined) return validateInlineVolume(inline, `${path}.inlineVolumeSpec`);
  return volume === ''
    ? [requiredValue(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')]
    : [];
}

function validateStatus({ attachmentMetadata = {}, attachError, detachError }: VolumeAttachmentStatus): FieldError[] {
  let bytes = 0;
  for (const [key, value] of Object.entries(attachmentMetadata)) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  return [
    ...(bytes > maxMetadata ? [tooLong('status.attachmentMetadata', maxMetadata)] : []),
    ...validateError(attachError, 'status.attachError'),
    ...validateError(detachError, 'status.detachError'),
  ];
}

function validateError({ message = '', errorCode = 0 }: VolumeError = {}, path: string): FieldError[] {
  return [
    ...(Buffer.byteLength(message) > maxMessage ? [tooLong(`${path}.message`, maxMessage)] : []),
    ...(errorCode < 0
      ? [invalidValue(`${path}.errorCode`, errorCode, `must be between 0 and ${maxErrorCode}, inclusive`)]
      : []),
  ];
}
