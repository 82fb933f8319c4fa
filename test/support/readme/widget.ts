import { defineKind, type ObjectOf } from 'crowsnest';

export const Widget = defineKind({
  group: 'example.com',
  kind: 'Widget',
  versions: ['v1'],
  schema: {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: { type: 'object', properties: { size: { type: 'integer', minimum: 1, default: 1 } } },
      status: { type: 'object', properties: { ready: { type: 'boolean' }, observedGeneration: { type: 'integer' } } },
    },
  },
  subresources: { status: true },
  additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
});

/** `{ metadata: …, spec: { size: number }, status?: { ready?: boolean … } }` */
export type Widget = ObjectOf<typeof Widget>;
