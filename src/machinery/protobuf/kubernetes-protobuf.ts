import { createRequire } from 'node:module';
import type { ProtobufData } from './protobuf-data.ts';

let loaded: ProtobufData | undefined;

/** The messages of Kubernetes' own kinds. Read when the first protobuf body comes. */
export function kubernetesProtobuf(): ProtobufData {
  loaded ??= createRequire(import.meta.url)('./kubernetes-protobuf.generated.json') as ProtobufData;
  return loaded;
}
