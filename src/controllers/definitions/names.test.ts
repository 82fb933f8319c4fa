import { describe, expect, test } from 'vitest';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
} from '../../api/types/apiextensions-v1.generated.ts';
import { decideNames } from './names.ts';

const crows = {
  plural: 'crows',
  singular: 'crow',
  kind: 'Crow',
  listKind: 'CrowList',
  shortNames: ['cw'],
  categories: ['birds'],
};

const definition = (status?: CustomResourceDefinition['status']): CustomResourceDefinition => ({
  spec: { group: 'example.com', names: crows },
  ...(status !== undefined && { status }),
});

const decide = (of: CustomResourceDefinition, ...others: CustomResourceDefinitionNames[]) =>
  decideNames(of, () => others);

describe('the names that a definition gets', () => {
  test('are all that it asks for, if nobody has them', () => {
    expect(decide(definition(), { plural: 'ravens', kind: 'Raven' })).toEqual({
      accepted: crows,
      namesAccepted: { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
      established: {
        type: 'Established',
        status: 'False',
        reason: 'Installing',
        message: 'the initial names have been accepted',
      },
    });
  });

  test('are those that are free, and the last that is not is told; singular and plural are of one kind', () => {
    const decision = decide(definition(), { plural: 'crow', kind: 'Bird', listKind: 'CrowList' });
    expect(decision).toMatchObject({
      accepted: { plural: 'crows', kind: 'Crow', shortNames: ['cw'] },
      namesAccepted: { status: 'False', reason: 'ListKindConflict', message: '"CrowList" is already in use' },
      established: { status: 'False', reason: 'NotAccepted' },
    });
    expect(decision?.accepted).not.toHaveProperty('singular');
    expect(decision?.accepted).not.toHaveProperty('listKind');
  });

  test('stay, whoever wants them, and are not looked for again', () => {
    expect(decideNames(definition({ acceptedNames: crows }), () => expect.unreachable())).toBeUndefined();
    const more = definition({ acceptedNames: { ...crows, shortNames: [] } });
    expect(decide(more, { plural: 'cw' })?.namesAccepted).toMatchObject({ reason: 'ShortNamesConflict' });
    expect(decide(more, { plural: 'crows' })?.namesAccepted).toMatchObject({ status: 'True' });
  });

  test('change without its being established again', () => {
    const conditions = [{ type: 'Established', status: 'True' }];
    const changed = definition({ acceptedNames: { ...crows, categories: [] }, conditions });
    expect(decide(changed)).toMatchObject({ accepted: crows, established: undefined });
  });
});
