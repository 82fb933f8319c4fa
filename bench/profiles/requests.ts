import { dataset } from '../dataset.ts';
import { collectionPath, namespaceName, objectName } from '../load/objects.ts';
import type { Profile } from '../profile.ts';
import { applyUnchanged, get, getTable, listOfAll, one, plainAndTls, write } from './loads.ts';

const oneObject = `${collectionPath(namespaceName(0))}/${objectName(0)}`;

/** Reads and writes of 10,000 objects, one request at a time and client. */
export const requestProfiles: readonly Profile[] = [
  {
    name: 'list-all',
    what: 'LIST of 10,000 objects, resourceVersion=0',
    operation: 'request',
    variants: one(get(listOfAll, dataset.objects, 60)),
    backends: ['memory'],
    transports: ['http', 'tls', 'h2'],
    limits: plainAndTls.map((on) => ({ against: 'floor', atMost: 1.3, on })),
  },
  {
    name: 'list-selector',
    what: 'LIST with a label selector that 1 in 10 matches',
    operation: 'request',
    variants: one(get(`${listOfAll}&labelSelector=slot%3D0`, dataset.objects / 10, 400)),
    backends: ['memory'],
    transports: plainAndTls,
    limits: [{ against: 'profile', profile: 'list-all', share: 1 / 15, plusMicros: 1000 }],
  },
  {
    name: 'list-page',
    what: 'LIST of the first 500 of 10,000',
    operation: 'request',
    variants: one(get('/api/v1/configmaps?limit=500', 500, 600)),
    backends: ['memory'],
    transports: plainAndTls,
    limits: [{ against: 'profile', profile: 'list-all', share: 1.3 * 0.05, plusMicros: 100 }],
  },
  {
    name: 'list-page-table',
    what: 'LIST of the first 500 of 10,000 as a Table',
    operation: 'request',
    variants: one(getTable('/api/v1/configmaps?limit=500', 500, 600)),
    backends: ['memory'],
    transports: plainAndTls,
    limits: [{ against: 'profile', profile: 'list-page', share: 2, plusMicros: 0 }],
  },
  {
    name: 'list-one-namespace',
    what: 'LIST of one namespace in 100',
    operation: 'request',
    variants: one(
      get(`${collectionPath(namespaceName(0))}?resourceVersion=0`, dataset.objects / dataset.namespaces, 2000),
    ),
    backends: ['memory'],
    transports: ['http'],
    limits: [],
  },
  {
    name: 'get-one',
    what: 'GET of one object, resourceVersion=0',
    operation: 'request',
    variants: one(get(`${oneObject}?resourceVersion=0`, 1, 12_000, 16)),
    backends: ['memory'],
    transports: ['http'],
    limits: [{ against: 'micros', atMost: 60 }],
  },
  {
    name: 'get-one-consistent',
    what: 'GET of one object, the latest',
    operation: 'request',
    variants: one(get(oneObject, 1, 8000, 16)),
    backends: ['embedded', 'etcd'],
    transports: ['http'],
    limits: [{ against: 'micros', atMost: 90, on: 'etcd' }],
  },
  {
    name: 'put',
    what: 'PUT of one object, 16 clients',
    operation: 'request',
    variants: one(write('PUT', 4000)),
    backends: ['embedded', 'etcd'],
    transports: ['http'],
    limits: [
      { against: 'micros', atMost: 150, on: 'embedded' },
      { against: 'micros', atMost: 300, on: 'etcd' },
    ],
  },
  {
    name: 'patch',
    what: 'PATCH of a label of one object, 16 clients',
    operation: 'request',
    variants: one(write('PATCH', 4000)),
    backends: ['embedded', 'etcd'],
    transports: ['http'],
    limits: [{ against: 'profile', profile: 'put', share: 1.3, plusMicros: 0 }],
  },
  {
    name: 'apply',
    what: 'apply of a Deployment that is so already, 16 clients',
    operation: 'request',
    variants: one(applyUnchanged(4000)),
    backends: ['embedded', 'etcd'],
    transports: ['http'],
    limits: [{ against: 'profile', profile: 'put', share: 2, plusMicros: 0 }],
  },
  {
    name: 'create',
    what: 'POST of new objects, 16 clients',
    operation: 'request',
    variants: one(write('POST', 3000)),
    backends: ['embedded', 'etcd'],
    transports: ['http'],
    limits: [],
  },
];
