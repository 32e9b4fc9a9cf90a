// Observations: who watched with which device, how far its clock was off, from when to when, and what was done.
import type { Observation } from '../../schemas/index.ts';
import { note, nothing, subheading } from './blocks.ts';
import { outermost } from './facts.ts';
import type { Catalogue } from './language/index.ts';
import type { Story } from './story.ts';
import { longTable, table, type Cell, type Part } from './table.ts';
import { inUtc, time } from './words.ts';

type Observer = Observation['observer'];
type Device = NonNullable<Observation['device']>;

/** Equal ones are one; in the order they appear, each with all the places it stands at. */
type Alike<T> = ReadonlyMap<string, readonly T[]>;

export async function watching(story: Story): Promise<void> {
  const { sheet, words, referral } = story;
  const observations = referral.observations ?? [];
  if (observations.length === 0) {
    nothing(sheet, words.observations.none);
    return;
  }
  const observers = alike(observations.map(({ observer }) => observer));
  const devices = alike(observations.flatMap(({ device }) => device ?? []));
  note(sheet, extent(words, observations));
  observerTable(story, observers);
  if (devices.size > 0) deviceTable(story, devices);
  await windows(story, observations, observers, devices);
}

function alike<T extends object>(values: readonly T[]): Alike<T> {
  return Map.groupBy(values, (value) => JSON.stringify(value));
}

function extent(words: Catalogue, observations: readonly Observation[]): string {
  const [first] = outermost(observations.flatMap(({ window: { from } }) => from ?? []));
  const [, last] = outermost(observations.flatMap(({ window: { to } }) => to ?? []));
  const open = observations.filter(({ window: { from, to } }) => from === undefined || to === undefined).length;
  const [from, to] = [first, last].map((at) => (at === undefined ? undefined : inUtc(words, at)));
  return words.observations.extent(observations.length, from, to, open);
}

function observerTable({ sheet, seen, words }: Story, observers: Alike<Observer>): void {
  const { observations: said, common, number } = words;
  const columns = [
    { title: common.number, width: 22 },
    { title: said.observer, width: 130 },
    { title: said.role, width: 110 },
    { title: said.organisation },
    { title: said.stretches, width: 50, right: true },
  ];
  const rows = [...observers.values()].map((same, at): Cell[] => {
    for (const each of same) for (const name of ['name', 'role', 'organisation'] as const) seen.take(each, name);
    const [held] = same;
    const { name = '', role = common.notStated, organisation = common.notStated } = held ?? {};
    return [`P${at + 1}`, name, role, organisation, number(same.length)];
  });
  table(sheet, columns, rows);
}

function deviceTable({ sheet, seen, words }: Story, devices: Alike<Device>): void {
  const { observations: said, common, number } = words;
  const { notStated } = common;
  const columns = [
    { title: common.number, width: 22 },
    { title: said.maker, width: 70 },
    { title: said.model, width: 80 },
    { title: said.serial, width: 90 },
    { title: said.clock },
    { title: said.stretches, width: 50, right: true },
  ];
  const rows = [...devices.values()].map((same, at): Cell[] => {
    for (const each of same)
      for (const name of ['make', 'model', 'serial', 'clockOffsetSeconds'] as const) seen.take(each, name);
    const { make = notStated, model = notStated, serial = notStated, clockOffsetSeconds } = same[0] ?? {};
    return [`D${at + 1}`, make, model, serial, offset(words, clockOffsetSeconds), number(same.length)];
  });
  table(sheet, columns, rows);
}

function offset({ observations: said, common }: Catalogue, seconds: number | undefined): string {
  if (seconds === undefined) return said.notChecked;
  if (seconds === 0) return said.right;
  const off = common.seconds(Math.abs(seconds));
  return seconds > 0 ? said.ahead(off) : said.behind(off);
}

async function windows(
  story: Story,
  observations: readonly Observation[],
  observers: Alike<Observer>,
  devices: Alike<Device>,
): Promise<void> {
  const {
    sheet,
    words: { observations: said },
  } = story;
  subheading(sheet, said.windows);
  const columns = [
    { title: said.fromTo, width: 104 },
    { title: said.who, width: 20 },
    { title: said.with, width: 22 },
    { title: said.groups, width: 58 },
    { title: said.done },
  ];
  await longTable(sheet, columns, windowRows(story, observations, observers, devices), { padding: 1 });
}

function* windowRows(
  story: Story,
  observations: readonly Observation[],
  observers: Alike<Observer>,
  devices: Alike<Device>,
): Generator<Cell[]> {
  const { seen, words } = story;
  const [people, things] = [places(observers), places(devices)];
  for (const each of observations) {
    yield [
      [seen.take(each.window, 'from'), seen.take(each.window, 'to')].map((at) => ({
        text: time(words, at ?? words.common.notStated),
      })),
      `P${people.get(JSON.stringify(each.observer)) ?? 0}`,
      each.device === undefined ? '–' : `D${things.get(JSON.stringify(each.device)) ?? 0}`,
      groupsOf(story, each),
      done(story, each),
    ];
  }
}

/** Counted from 1. */
function places(held: Alike<object>): ReadonlyMap<string, number> {
  return new Map([...held.keys()].map((key, at) => [key, at + 1]));
}

/** By number; all of them in one word; ids without a group each on a line. */
function groupsOf({ seen, words, groups, groupName }: Story, observation: Observation): Cell {
  const ids = seen.take(observation, 'chatGroups') ?? [];
  if (ids.length === 0) return words.common.notStated;
  const watched = new Set(ids);
  const isAll = groups.length > 2 && groups.length === ids.length && groups.every(({ group }) => watched.has(group.id));
  if (isAll) return words.observations.all(ids.length);
  const parts = ids.map(groupName);
  const known = parts.filter(({ label }) => label === undefined).map(({ text }) => text);
  return [
    ...(known.length === 0 ? [] : [{ text: known.join(words.separator) }]),
    ...parts.filter(({ label }) => label !== undefined),
  ];
}

function done({ seen, words }: Story, observation: Observation): Part[] {
  const place = seen.take(observation, 'where');
  const what = { text: seen.take(observation, 'done') };
  return place === undefined ? [what] : [what, { text: place, label: words.observations.at }];
}
