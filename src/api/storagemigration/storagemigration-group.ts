import type { Kind } from '../kind.ts';
import { storageVersionMigrations } from './storage-version-migrations.ts';

/** The kinds of `storagemigration.k8s.io`, by name. */
export const storageMigrationGroup: readonly Kind[] = [storageVersionMigrations];
