// The demonstration's material: true to the story, harmless, and the same every time.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { daysBefore } from '../../../lib/cli/story/days.ts';
import { planFiles } from '../../../lib/cli/story/files.ts';
import { storyGroups } from '../../../lib/cli/story/groups.ts';
import { EXTENTS, plainPng, storyMaterial, type StoryMaterial } from '../../../lib/cli/story/index.ts';
import { storyMessages } from '../../../lib/cli/story/messages.ts';
import { storyPeople } from '../../../lib/cli/story/people.ts';
import { storyReferral } from '../../../lib/cli/story/referral.ts';
import { mixed, spreadSizes } from '../../../lib/cli/story/scale.ts';
import { checkRules, findGaps, parseReferral, predictActionable, type Referral } from '../../../schemas/index.ts';
import { scratch } from './command-line.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');

let folder: Awaited<ReturnType<typeof scratch>>;
let material: StoryMaterial;
let referral: Referral;
let told: [number, number][];
beforeAll(async () => {
  folder = await scratch();
  told = [];
  const onProgress = (done: number, total: number): void => void told.push([done, total]);
  material = await storyMaterial(folder.dir, { scale: 'small', now: NOW, onProgress });
  referral = parsed(JSON.parse(await readFile(material.referralFile, 'utf8')));
});
afterAll(() => folder.end());

function parsed(value: unknown): Referral {
  const read = parseReferral(value);
  if (!read.ok) throw new Error(JSON.stringify(read.problems.slice(0, 3)));
  return read.referral;
}

/** The whole story without its four gigabytes: every file's digest is its path's. */
function wholeStory(): Referral {
  const [days, people, extent] = [daysBefore(NOW), storyPeople(), EXTENTS.full];
  const groups = storyGroups(people, days);
  const written = storyMessages(groups, extent.messagesPerGroup, days);
  const files = planFiles(groups, written, extent).map((file) => ({ ...file, sha256: sha256(file.path) }));
  return parsed(storyReferral({ days, extent, people, groups, written, files }));
}

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the small story', () => {
  it('is a referral that a desk takes and an agency can act on', () => {
    expect(checkRules(referral, { now: NOW })).toEqual([]);
    expect(predictActionable(referral).verdict).toBe('referral');
  });

  it('lacks only what the charities could not know', () => {
    expect(findGaps(referral).map(({ gap }) => gap)).toEqual([
      'upload-time-missing',
      'file-connection-missing',
      'message-time-unknown',
      'message-clock-unknown',
    ]);
  });

  it('counts what it holds', () => {
    const { counts, files } = material;
    const { chatGroups = [], messages = [], observations = [], attachments = [] } = referral;
    expect(counts).toMatchObject({ groups: 10, messages: 120, files: 40, bytes: 30_000_000 });
    expect([chatGroups.length, messages.length, observations.length, attachments.length]).toEqual([
      counts.groups,
      counts.messages,
      counts.observations,
      counts.files,
    ]);
    const inGroups = chatGroups.map(({ members = [] }) => new Set(members.map(({ id }) => id)));
    expect(inGroups.reduce((all, { size }) => all + size, 0)).toBe(counts.memberships);
    expect(Math.max(...inGroups.map(({ size }) => size))).toBe(256);
    expect(new Set(inGroups.flatMap((ids) => [...ids])).size).toBe(counts.people);
    expect(counts.people).toBeGreaterThan(1500);
    expect(counts.countries).toBeGreaterThanOrEqual(15);
    expect(referral.jurisdictionHints).toHaveLength(counts.countries);
    expect(files.map(({ path }) => path)).toEqual(attachments.map(({ path }) => path));
  });

  it('declares every file that lies in the folder as it lies there, and no other', async () => {
    const names = await readdir(material.filesFolder, { recursive: true, withFileTypes: true });
    expect(names.filter((name) => name.isFile())).toHaveLength(material.files.length);
    for (const { path, sizeBytes, sha256: declared } of material.files) {
      const place = join(material.filesFolder, path);
      expect((await stat(place)).size).toBe(sizeBytes);
      expect(sha256(await readFile(place))).toBe(declared);
    }
    expect(new Set(material.files.map((file) => file.sha256)).size).toBe(material.files.length);
  });

  it('says how far it is, to the last byte', () => {
    expect(told.at(-1)).toEqual([30_000_000, 30_000_000]);
    expect(told.every(([done], n) => n === 0 || done > (told[n - 1]?.[0] ?? 0))).toBe(true);
  });

  it('is the same whenever it is told again', async () => {
    const again = await scratch();
    try {
      const other = await storyMaterial(again.dir, { scale: 'small', now: NOW });
      expect(other.files).toEqual(material.files);
      expect(await readFile(other.referralFile)).toEqual(await readFile(material.referralFile));
    } finally {
      await again.end();
    }
  });

  it('keeps its shape on another day', async () => {
    const later = await scratch();
    try {
      const now = new Date('2027-03-01T23:59:59.999Z');
      const other = await storyMaterial(later.dir, { scale: 'small', now });
      expect(other.counts).toEqual(material.counts);
      const shape = ({ files }: StoryMaterial) => files.map(({ path, sizeBytes }) => [path, sizeBytes]);
      expect(shape(other)).toEqual(shape(material));
      const read = parsed(JSON.parse(await readFile(other.referralFile, 'utf8')));
      expect(checkRules(read, { now })).toEqual([]);
    } finally {
      await later.end();
    }
  });

  it('names numbers, addresses and domains only of those kept for examples', () => {
    const text = JSON.stringify(referral);
    const phones = [...text.matchAll(/"value":"(\+[^"]+)"/g)].map(([, phone = '']) => phone);
    const kept =
      /^\+(1 \d{3} 555 01\d\d|44 7700 900\d{3}|49 30 23125 \d{3}|33 6 39 98 \d\d \d\d|61 [23] 5550 \d{4}|353 20 91\d \d{4}|46 70 174 06 (0[5-9]|[1-9]\d))$/;
    expect(phones.length).toBeGreaterThan(1000);
    expect(phones.filter((phone) => !kept.test(phone))).toEqual([]);
    const addresses = [...text.matchAll(/"ipAddress":"([^"]+)"/g)].map(([, address = '']) => address);
    expect(
      addresses.filter((address) => !/^(192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8::)/.test(address)),
    ).toEqual([]);
    const hosts = [...text.matchAll(/https:\/\/([^/"]+)/g)].map(([, host = '']) => host);
    expect(hosts.filter((host) => !/(^|\.)example\.(com|org)$/.test(host))).toEqual([]);
  });

  it('gives every number to one person, and tells the country of every member', () => {
    const members = (referral.chatGroups ?? []).flatMap((group) => group.members ?? []);
    const owners = Map.groupBy(
      members.filter(({ phone }) => phone !== undefined),
      ({ phone }) => phone?.value,
    );
    for (const [, entries] of owners) expect(new Set(entries.map(({ id }) => id)).size).toBe(1);
    expect(members.filter(({ phone, country }) => phone === undefined && country === undefined)).toEqual([]);
  });
});

describe('the whole story', () => {
  const whole = wholeStory();
  const { attachments = [], messages = [] } = whole;

  it('is a referral too, of 800 files that add up to four gigabytes to the byte', () => {
    expect(checkRules(whole, { now: NOW })).toEqual([]);
    const sizes = attachments.map(({ sizeBytes = 0 }) => sizeBytes);
    expect(sizes).toHaveLength(800);
    expect(sizes.reduce((all, size) => all + size, 0)).toBe(4_000_000_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(120_000_000);
    expect(messages).toHaveLength(600);
  });

  it('hangs every file but the written-out chats on a message', () => {
    const hung = new Set(messages.flatMap((message) => (message.attachments ?? []).map(({ path }) => path)));
    expect(attachments.filter(({ path }) => !hung.has(path)).map(({ contentType }) => contentType)).toEqual(
      Array.from({ length: 10 }, () => 'text/plain'),
    );
  });

  it('lets only those write who are in the group at that moment', () => {
    for (const { chatGroup, sender, sent } of messages) {
      const { members = [] } = whole.chatGroups?.find(({ id }) => id === chatGroup) ?? {};
      const stretches = members.filter(({ id }) => id === sender);
      expect(stretches.length).toBeGreaterThan(0);
      const isThere = ({ from = '', to = '' }): boolean => from <= sent.at && sent.at <= to;
      if (sent.at !== 'unknown') expect(stretches.some(isThere)).toBe(true);
    }
  });

  it('has messages that were edited, deleted, answered, and timed by other clocks', () => {
    const count = (is: (message: (typeof messages)[number]) => boolean): number => messages.filter(is).length;
    expect(count(({ edited }) => edited !== undefined)).toBeGreaterThan(10);
    expect(count(({ deleted }) => deleted !== undefined)).toBeGreaterThan(10);
    expect(count(({ replyTo }) => replyTo !== undefined)).toBeGreaterThan(10);
    const clocks = new Set(messages.map(({ sent }) => sent.clockSource));
    expect([...clocks].toSorted()).toEqual(['device', 'platformServer', 'unknown']);
  });

  it('is written in several scripts', () => {
    const names = (whole.chatGroups ?? []).flatMap((group) => (group.names ?? []).map(({ name }) => name)).join(' ');
    for (const script of ['Cyrillic', 'Greek', 'Hebrew', 'Arabic', 'Latin']) {
      expect(names).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'));
    }
  });

  it('labels exhibits, the seventeenth among them', () => {
    const labels = attachments.flatMap(({ exhibit = [] }) => exhibit);
    expect(labels).toContain('A-17');
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('watches every group on every day', () => {
    const { from, to } = daysBefore(NOW).span;
    for (const { id } of whole.chatGroups ?? []) {
      const watching = (whole.observations ?? []).filter(({ chatGroups = [] }) => chatGroups.includes(id));
      const windows = watching.map(({ window }) => [window.from ?? '', window.to ?? ''] as const).toSorted();
      let until = from;
      for (const [start, end] of windows) if (start <= until && end > until) until = end;
      expect(until).toBe(to);
    }
  });
});

describe('sizes and order', () => {
  it.each([
    [20, 29_000_000, 50_000, 6_000_000],
    [550, 3_999_000_000, 50_000, 120_000_000],
    [3, 1000, 10, 900],
  ])('spreads %i sizes that add up to %i exactly, from %i to %i', (count, total, smallest, largest) => {
    const sizes = spreadSizes(count, total, [smallest, largest]);
    expect(sizes).toHaveLength(count);
    expect(sizes.reduce((all, size) => all + size, 0)).toBe(total);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([smallest, largest]);
  });

  it('mixes without losing anything', () => {
    for (const length of [0, 1, 2, 3, 10, 799]) {
      const items = Array.from({ length }, (_, n) => n);
      expect(mixed(items).toSorted((a, b) => a - b)).toEqual(items);
    }
  });

  it('paints plain pictures of any size', () => {
    expect(plainPng(1, 1, [0, 0, 0]).subarray(1, 4).toString('latin1')).toBe('PNG');
  });
});
