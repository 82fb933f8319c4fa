import { textAt, valueAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { setVolumeSourceDefaults } from '../core/persistent-volume-defaults.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { VolumeAttachment } from '../types/storage-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { validateAttachment, validateAttachmentUpdate } from './volume-attachment-validation.ts';

function defaults({ spec = {} }: VolumeAttachment): void {
  const inline = spec.source?.inlineVolumeSpec;
  if (inline !== undefined) setVolumeSourceDefaults(inline);
}

export const volumeAttachments = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  resource: 'volumeattachments',
  singular: 'volumeattachment',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'volumeattachments',
  fields: {},
  columns: [
    nameColumn,
    column('Attacher', 'Who attaches the volume.', (attachment) => textAt(attachment, 'spec', 'attacher'), {
      format: 'name',
    }),
    column('PV', 'The volume.', (attachment) => textAt(attachment, 'spec', 'source', 'persistentVolumeName')),
    column('Node', 'The node to which it is attached.', (attachment) => textAt(attachment, 'spec', 'nodeName')),
    column('Attached', 'Whether it is.', (attachment) => valueAt(attachment, 'status', 'attached') === true, {
      type: 'boolean',
    }),
    ageColumn,
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy<VolumeAttachment>({
    defaults,
    initialStatus: () => ({ attached: false }),
    onStatusUpdate: keepMetadata,
    statusResets: metadataReset,
    validate: validateAttachment,
    validateUpdate: validateAttachmentUpdate,
    validateStatus: validateAttachmentUpdate,
    validateName: nameIsDnsSubdomain,
    allowUnconditionalUpdate: false,
  }),
});
