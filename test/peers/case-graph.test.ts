// data/case.jsonld of a packet, read by RDF libraries: valid under the shapes of CASE 1.4, and it tells what case.json tells.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caseGraph } from '../../lib/formats/case-uco/index.ts';
import type { Case } from '../../lib/index.ts';
import { caseIn, jsonIn, pack, takeAll, unpack, type Files } from '../lib/packet/material.ts';
import { freshDesk, noise, refer, type TestDesk } from '../material.ts';
import { againstShapes, hasShapes, triplesOf } from './graph.ts';

const itWithShapes = hasShapes ? it : it.skip; // the shapes of CASE 1.4 lie beside some checkouts only

let test: TestDesk;
let files: Files;
let manifest: Case;
let triples: readonly RdfQuad[];

beforeAll(async () => {
  test = await freshDesk();
  const [one, two, three] = [noise('umbrella.jpg', 30), noise('bicycle \ud83d\udeb2.mp4', 40), noise('no ending', 0)];
  const { opened } = await refer(test, [one, two, three], { finish: false });
  const reporter = await test.as('reporter');
  const look = { sha256: two.sha256, viewer: 'Noa', from: '2026-11-22T09:00:00Z', extent: 'full' as const };
  await test.desk.recordView(reporter, opened.referralId, look);
  await test.desk.finish(reporter, opened.referralId);
  await pack(test, opened.referralId);
  files = await unpack(await takeAll(test, await pack(test, opened.referralId)));
  manifest = caseIn(files);
  triples = await triplesOf(jsonIn(files, 'data/case.jsonld') as object);
});
afterAll(() => test.end());

const named = (predicate: string): ((quad: RdfQuad) => boolean) => {
  const ending = new RegExp(`[/#]${predicate}$`);
  return (quad) => ending.test(quad.predicate.value);
};

/** All that a node says by one property. */
function all(subject: string | undefined, predicate: string): string[] {
  return triples.filter((quad) => quad.subject.value === subject && named(predicate)(quad)).map((q) => q.object.value);
}

function one(subject: string | undefined, predicate: string): string | undefined {
  const [value, ...more] = all(subject, predicate);
  expect(more).toEqual([]);
  return value;
}

function nodesOf(type: string): string[] {
  const isOf = ({ object }: RdfQuad): boolean => object.value.split(/[#/]/).at(-1) === type;
  return triples.filter((quad) => named('type')(quad) && isOf(quad)).map(({ subject }) => subject.value);
}

describe('data/case.jsonld', () => {
  itWithShapes(
    'breaks no rule of the shapes of CASE 1.4, and takes none of their advice amiss (skipped without them)',
    async () => {
      expect(await againstShapes(triples)).toEqual([]);
    },
  );

  itWithShapes('is refused by them for each thing that is not in its form (skipped without them)', async () => {
    const changes: readonly (readonly [RegExp, string])[] = [
      [/"xsd:hexBinary"/g, '"xsd:string"'],
      [/"xsd:dateTime"/g, '"xsd:string"'],
      [/exhibitNumber":"E0001"/g, 'exhibitNumber":1'],
      [/"case-investigation:Authorization"/g, '"uco-observable:File"'],
      [/"uco-observable:sizeInBytes":(\d+)/g, '"uco-observable:sizeInBytes":"$1"'],
    ];
    const text = (files.get('data/case.jsonld') ?? Buffer.alloc(0)).toString('utf8');
    const broken = changes.reduce((now, [what, instead]) => now.replaceAll(what, instead), text);
    const found = new Set(await againstShapes(await triplesOf(JSON.parse(broken) as object)));
    const expected = ['hashValue', 'startTime', 'endTime', 'exhibitNumber', 'relevantAuthorization', 'sizeInBytes'];
    expect([...found]).toEqual(expect.arrayContaining(expected.map((what) => `Violation ${what}`)));
  });

  it('tells the digests of every exhibit, and the number it has', () => {
    const told = nodesOf('File').flatMap((file) => {
      const facets = all(file, 'hasFacet');
      const path = facets.flatMap((facet) => all(facet, 'filePath'))[0];
      const hashes = facets.flatMap((facet) => all(facet, 'hash'));
      const digest = (method: string) =>
        one(
          hashes.find((hash) => one(hash, 'hashMethod') === method),
          'hashValue',
        );
      const [md5, sha1, sha256] = ['MD5', 'SHA1', 'SHA256'].map(digest);
      const sizes = new Set(facets.flatMap((facet) => all(facet, 'sizeInBytes')));
      return path === undefined ? [] : [{ exhibit: one(file, 'name'), path, md5, sha1, sha256, sizes: [...sizes] }];
    });
    const number = (each: { exhibit: string | undefined }): number => Number(each.exhibit?.slice(1));
    expect(told.toSorted((a, b) => number(a) - number(b))).toEqual(
      manifest.exhibits.map(({ exhibit, path, md5, sha1, sha256, sizeBytes }) => {
        return { exhibit, path, md5, sha1, sha256, sizes: [String(sizeBytes)] };
      }),
    );
  });

  it('tells every act of the chain in its order: who, when, and about which exhibit', () => {
    const after = new Map(nodesOf('InvestigativeAction').map((action) => [one(action, 'wasInformedBy'), action]));
    const told: object[] = [];
    for (let action = after.get(undefined); action !== undefined; action = after.get(action)) {
      const performer = one(action, 'performer') ?? '';
      const record = all(action, 'result').find((node) => nodesOf('ProvenanceRecord').includes(node));
      const exhibit = one(record, 'exhibitNumber');
      expect(all(action, 'result')).toContain(one(record, 'object'));
      told.push({ act: one(action, 'name'), time: one(action, 'startTime'), performer: performer.slice(-36), exhibit });
    }
    const lookedAt = new Map(manifest.views.map(({ seq, exhibit }) => [seq, exhibit]));
    expect(told).toEqual(
      manifest.custody.acts.map(({ act, time, actorId, seq, exhibit = lookedAt.get(seq) }) => {
        const performer = actorId === 'desk' ? manifest.desk : actorId;
        return { act, time, performer, exhibit: exhibit ?? manifest.referral.id };
      }),
    );
    expect(told.length).toBe(manifest.custody.entries);
  });

  it('tells by what right it was handed over', () => {
    const [investigation] = nodesOf('Investigation');
    const right = one(investigation, 'relevantAuthorization');
    expect(one(right, 'authorizationType')).toBe(manifest.packet?.legalBasis);
    expect(one(right, 'startTime')).toBe(manifest.packet?.orderedAt);
  });

  it('names every node for ever by a UUID', () => {
    const names = [...new Set(triples.map(({ subject }) => subject.value))];
    const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
    const name = new RegExp(`^urn:uuid:${manifest.desk}#[a-z-]+-${uuid}$`);
    expect(names.filter((each) => !name.test(each))).toEqual([]);
    expect([...caseGraph(manifest)].join('')).toBe(files.get('data/case.jsonld')?.toString('utf8'));
  });

  it('is as long as there are exhibits and acts, and held piece by piece', () => {
    const [exhibit] = manifest.exhibits;
    if (exhibit === undefined) throw new Error('no exhibit');
    const many = (n: number): Case => {
      const exhibits = Array.from({ length: n }, (_, at) => ({
        ...exhibit,
        exhibit: `E${at}`,
        attachment: String(at),
      }));
      const acts = exhibits.map((each, seq) => ({ ...each, seq, time: '', actorId: 'desk', act: 'attach' as const }));
      return { ...manifest, exhibits, custody: { ...manifest.custody, acts } };
    };
    const perExhibit = (n: number): number => {
      let length = 0;
      for (const piece of caseGraph(many(n))) length += piece.length;
      return length / n;
    };
    expect(perExhibit(4000) / perExhibit(400)).toBeCloseTo(1, 1);
  });
});
