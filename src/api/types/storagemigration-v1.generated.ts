/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { Condition, GroupResource, ObjectMeta } from './meta-v1.generated.ts';

export type StorageVersionMigration = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: StorageVersionMigrationSpec;
  status?: StorageVersionMigrationStatus;
};

export type StorageVersionMigrationSpec = {
  resource?: GroupResource;
};

export type StorageVersionMigrationStatus = {
  conditions?: Condition[];
  resourceVersion?: string;
};
