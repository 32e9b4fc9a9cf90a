// What CloudFormation would refuse, as far as a template can be asked: circles, sizes, names that lead nowhere. Nothing here was ever deployed.
import { describe, expect, it } from '@jest/globals';
import { FORMS, synthesized, type Resources } from './synthesized.ts';

/** The logical ids that a value refers to. */
function refersTo(value: unknown): string[] {
  const text = JSON.stringify(value);
  const direct = [...text.matchAll(/\{"Ref":"([^"]+)"\}|"Fn::GetAtt":\["([^"]+)"/g)].map(([, a, b]) => a ?? b ?? '');
  return direct.filter((name) => !name.startsWith('AWS::'));
}

function waitsFor(resource: Resources[string]): string[] {
  const { DependsOn = [], ...rest } = resource as Resources[string] & { DependsOn?: string | string[] };
  return [...refersTo(rest), ...(typeof DependsOn === 'string' ? [DependsOn] : DependsOn)];
}

/** A way from a resource back to itself. */
function circle(resources: Resources): string[] {
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id)) return [];
    done.add(id);
    const resource = resources[id];
    for (const next of resource === undefined ? [] : waitsFor(resource)) {
      const found = visit(next, [...path, id]);
      if (found.length > 0) return found;
    }
    return [];
  };
  return (
    Object.keys(resources)
      .map((id) => visit(id, []))
      .find((found) => found.length > 0) ?? []
  );
}

describe.each(Object.entries(FORMS))('the template: %s', (_, context) => {
  const resources = synthesized(context).resources();

  it('has no resource that waits for itself', () => {
    expect(circle(resources)).toEqual([]);
  });

  it('refers to nothing that is not in it', () => {
    const unknown = Object.values(resources)
      .flatMap(waitsFor)
      .filter((name) => resources[name] === undefined);
    expect(unknown.filter((name) => !/^BootstrapVersion/.test(name))).toEqual([]);
  });

  it('stays within the sizes that CloudFormation, IAM and KMS take', () => {
    const size = (value: unknown): number => JSON.stringify(value ?? {}).length;
    expect(Object.keys(resources).length).toBeLessThan(450); // of 500
    expect(size(resources)).toBeLessThan(900_000); // of 1 MB
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type === 'AWS::IAM::Policy') expect(size(Properties['PolicyDocument'])).toBeLessThan(10_000); // of 10,240
      if (Type === 'AWS::KMS::Key') expect(size(Properties['KeyPolicy'])).toBeLessThan(30_000); // of 32 KB
      if (Type === 'AWS::S3::BucketPolicy') expect(size(Properties['PolicyDocument'])).toBeLessThan(20_000); // of 20 KB
      if (Type === 'AWS::Lambda::Function') expect(size(Properties['Environment'])).toBeLessThan(4000); // of 4 KB
    }
  });
});

it('a circle is found where there is one', () => {
  const a = { Type: 'A', Properties: { of: { Ref: 'b' } } };
  const b = { Type: 'B', Properties: { of: { 'Fn::GetAtt': ['a', 'Arn'] } } };
  expect(circle({ a, b })).toEqual(['a', 'b', 'a']);
});
