import { expect, test } from 'vitest';
import { crow, crows } from '../support/definitions.ts';
import { describeKubectl } from '../support/kubectl-bed.ts';

describeKubectl('kubectl and what is defined', (bed) => {
  test('a definition is applied, waited for, used, explained and deleted', async () => {
    const { kubectl, program } = bed;
    const inNamespace = await bed.newNamespace();
    const apply = (object: object, ...args: string[]) =>
      kubectl.run(['apply', ...args, '-f', '-'], JSON.stringify(object));
    expect(await apply(crows())).toContain('crows.birds.example.com created');
    await kubectl.run(['wait', '--for', 'condition=Established', 'crd/crows.birds.example.com', '--timeout=20s']);
    expect(await apply(crow('ada', { color: 'grey' }), ...inNamespace)).toBe('crow.birds.example.com/ada created\n');
    expect(await apply(crow('ada', { color: 'black', size: 4 }), ...inNamespace)).toContain('configured');
    expect((await kubectl.run(['get', 'cw', ...inNamespace])).split(/\s+/).slice(0, 5)).toEqual([
      'NAME',
      'SIZE',
      'READY',
      'ada',
      '4',
    ]);
    expect(await kubectl.run(['get', 'all', ...inNamespace, '-o', 'name'])).toContain('crow.birds.example.com/ada');
    await kubectl.run(['scale', '--replicas=7', 'crow/ada', ...inNamespace]);
    expect(await kubectl.run(['get', 'crow/ada', '-o', 'jsonpath={.spec.size}', ...inNamespace])).toBe('7');
    await expect(apply(crow('bob', { color: 'pink' }), ...inNamespace)).rejects.toThrow(/spec\.color/);
    await expect(apply(crow('bob', { beak: 'long' }), ...inNamespace)).rejects.toThrow(/beak/);
    if (program.minor >= 25) expect(await kubectl.run(['explain', 'crow.spec.size'])).toContain('size <integer>');
    await kubectl.run(['delete', 'crd', 'crows.birds.example.com']);
    await expect(kubectl.run(['get', 'crows', ...inNamespace])).rejects.toThrow();
  });
});
