import type { DownwardAPIVolumeFile, ProjectedVolumeSource, Volume } from '../types/core-v1.generated.ts';
import { pullPolicyOf } from './container-defaults.ts';
import { roundUpQuantities } from './rounded-quantities.ts';

/** rw-r--r-- */
const fileMode = 0o644;

function defaultFieldRefs(files: readonly DownwardAPIVolumeFile[] | undefined): void {
  for (const { fieldRef } of files ?? []) if (fieldRef !== undefined) fieldRef.apiVersion ||= 'v1';
}

function defaultProjected(projected: ProjectedVolumeSource): void {
  projected.defaultMode ??= fileMode;
  for (const source of projected.sources ?? []) {
    defaultFieldRefs(source.downwardAPI?.items);
    if (source.serviceAccountToken !== undefined) source.serviceAccountToken.expirationSeconds ??= 3_600;
  }
}

/** What the API fills in where a pod's volume is silent. A volume of no kind is an empty directory. */
export function defaultVolume(volume: Volume): void {
  if (!Object.keys(volume).some((key) => key !== 'name')) volume.emptyDir = {};
  if (volume.image !== undefined) volume.image.pullPolicy ||= pullPolicyOf(volume.image.reference ?? '');
  if (volume.hostPath !== undefined) volume.hostPath.type ??= '';
  if (volume.secret !== undefined) volume.secret.defaultMode ??= fileMode;
  if (volume.configMap !== undefined) volume.configMap.defaultMode ??= fileMode;
  if (volume.downwardAPI !== undefined) {
    volume.downwardAPI.defaultMode ??= fileMode;
    defaultFieldRefs(volume.downwardAPI.items);
  }
  if (volume.projected !== undefined) defaultProjected(volume.projected);
  defaultRemote(volume);
  const claim = volume.ephemeral?.volumeClaimTemplate;
  if (claim === undefined) return;
  claim.spec ??= {};
  claim.spec.volumeMode ||= 'Filesystem';
  roundUpQuantities(claim.spec.resources?.limits);
  roundUpQuantities(claim.spec.resources?.requests);
}

/** Kinds of volumes that lie elsewhere, most of them of the past. */
function defaultRemote({ iscsi, rbd, azureDisk, scaleIO }: Volume): void {
  if (iscsi !== undefined) iscsi.iscsiInterface ||= 'default';
  if (rbd !== undefined) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (azureDisk !== undefined) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
    azureDisk.kind ??= 'Shared';
  }
  if (scaleIO !== undefined) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
}
