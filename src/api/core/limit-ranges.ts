import { textAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { LimitRange, LimitRangeItem } from '../types/core-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateLimitRange } from './limit-range-validation.ts';
import { roundUpQuantities } from './rounded-quantities.ts';

/** Of containers: who is limited but not given a limit gets the limit, and asks for as much as it gets. */
function defaultItem(item: LimitRangeItem): void {
  for (const amounts of [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio])
    roundUpQuantities(amounts);
  if (item.type !== 'Container') return;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

/** One that was given no name has one that nobody has to think of. */
function nameIt({ metadata = {} }: LimitRange): void {
  if ((metadata.name ?? '') === '' && metadata.uid !== undefined) metadata.name = metadata.uid;
}

/** `v1` LimitRange. */
export const limitRanges = defineKind({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  resource: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'limitranges',
  fields: {},
  columns: [
    nameColumn,
    column('Created At', 'When it was created.', (range) => textAt(range, 'metadata', 'creationTimestamp'), {
      type: 'date',
    }),
  ],
  strategy: genericStrategy<LimitRange>({
    defaults({ spec }) {
      for (const item of spec?.limits ?? []) defaultItem(item);
    },
    onCreate: nameIt,
    validateName: nameIsDnsSubdomain,
    validate: validateLimitRange,
    allowCreateOnUpdate: true,
  }),
});
