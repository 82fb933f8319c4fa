import { ClaimRecordRepair, type ClaimRecordRepairOptions } from '../controllers/claim-record-repair.ts';
import type { ServedKinds } from './served-kinds.ts';

const services = { group: '', resource: 'services' };
export const ipAddresses = { group: 'networking.k8s.io', resource: 'ipaddresses' };

/** Keeps the IPAddresses of services right. `kinds`: has both. */
export function addressRepair(
  kinds: Pick<ServedKinds, 'find'>,
  options: Pick<ClaimRecordRepairOptions, 'caughtUp' | 'clock' | 'logger'>,
): ClaimRecordRepair {
  const [holders, records] = [kinds.find(services), kinds.find(ipAddresses)];
  const allocation = holders?.stored.strategy.allocation;
  if (holders === undefined || records === undefined || allocation?.records === undefined)
    throw new Error('services and their addresses are not stored');
  return new ClaimRecordRepair({
    ...options,
    holders,
    records,
    allocation: { ...allocation, records: allocation.records },
  });
}
