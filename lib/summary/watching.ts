// Observations: who watched with which device, how far its clock was off, from when to when, and what was done.
import type { Observation } from '../../schemas/index.ts';
import { note, nothing, subheading } from './blocks.ts';
import { outermost } from './facts.ts';
import type { Story } from './story.ts';
import { table, type Cell, type Part } from './table.ts';
import { count, inUtc, number, time } from './words.ts';

type Observer = Observation['observer'];
type Device = NonNullable<Observation['device']>;

/** Equal ones are one; in the order they appear, each with all the places it stands at. */
type Alike<T> = ReadonlyMap<string, readonly T[]>;

export function watching(story: Story): void {
  const { sheet, referral } = story;
  const observations = referral.observations ?? [];
  if (observations.length === 0) {
    nothing(sheet, 'Nobody is named who watched.');
    return;
  }
  const observers = alike(observations.map(({ observer }) => observer));
  const devices = alike(observations.flatMap(({ device }) => device ?? []));
  note(sheet, extent(observations));
  observerTable(story, observers);
  if (devices.size > 0) deviceTable(story, devices);
  windows(story, observations, observers, devices);
}

function alike<T extends object>(values: readonly T[]): Alike<T> {
  return Map.groupBy(values, (value) => JSON.stringify(value));
}

function extent(observations: readonly Observation[]): string {
  const [first] = outermost(observations.flatMap(({ window: { from } }) => from ?? []));
  const [, last] = outermost(observations.flatMap(({ window: { to } }) => to ?? []));
  const open = observations.filter(({ window: { from, to } }) => from === undefined || to === undefined).length;
  const span = [first === undefined ? '' : `, from ${inUtc(first)}`, last === undefined ? '' : ` to ${inUtc(last)}`];
  const unstated = open === 0 ? '' : ` (begin or end of ${number(open)} not stated)`;
  const stretches = count(observations.length, 'stretch', 'stretches');
  return `${stretches} of watching${span.join('')}${unstated}. Nobody is stated to have watched outside them.`;
}

function observerTable({ sheet, seen }: Story, observers: Alike<Observer>): void {
  const columns = [
    { title: 'No.', width: 22 },
    { title: 'Observer', width: 130 },
    { title: 'Role', width: 110 },
    { title: 'Organisation' },
    { title: 'Stretches', width: 50, right: true },
  ];
  const rows = [...observers.values()].map((same, at): Cell[] => {
    for (const each of same) for (const name of ['name', 'role', 'organisation'] as const) seen.take(each, name);
    const [held] = same;
    const { name = '', role = 'not stated', organisation = 'not stated' } = held ?? {};
    return [`P${at + 1}`, name, role, organisation, number(same.length)];
  });
  table(sheet, columns, rows);
}

function deviceTable({ sheet, seen }: Story, devices: Alike<Device>): void {
  const columns = [
    { title: 'No.', width: 22 },
    { title: 'Maker', width: 70 },
    { title: 'Model', width: 80 },
    { title: 'Serial number', width: 90 },
    { title: 'Its clock' },
    { title: 'Stretches', width: 50, right: true },
  ];
  const rows = [...devices.values()].map((same, at): Cell[] => {
    for (const each of same)
      for (const name of ['make', 'model', 'serial', 'clockOffsetSeconds'] as const) seen.take(each, name);
    const { make = 'not stated', model = 'not stated', serial = 'not stated', clockOffsetSeconds } = same[0] ?? {};
    return [`D${at + 1}`, make, model, serial, offset(clockOffsetSeconds), number(same.length)];
  });
  table(sheet, columns, rows);
}

function offset(seconds: number | undefined): string {
  if (seconds === undefined) return 'not checked';
  if (seconds === 0) return 'right: 0 seconds off';
  return `${count(Math.abs(seconds), 'second')} ${seconds > 0 ? 'ahead' : 'behind'}`;
}

function windows(
  story: Story,
  observations: readonly Observation[],
  observers: Alike<Observer>,
  devices: Alike<Device>,
): void {
  const { sheet } = story;
  subheading(sheet, 'Stretches of watching');
  const columns = [
    { title: 'From, to', width: 104 },
    { title: 'Who', width: 20 },
    { title: 'With', width: 22 },
    { title: 'Groups', width: 58 },
    { title: 'What was done' },
  ];
  table(sheet, columns, windowRows(story, observations, observers, devices), { padding: 1 });
}

function* windowRows(
  story: Story,
  observations: readonly Observation[],
  observers: Alike<Observer>,
  devices: Alike<Device>,
): Generator<Cell[]> {
  const { seen } = story;
  const [people, things] = [places(observers), places(devices)];
  for (const each of observations) {
    yield [
      [seen.take(each.window, 'from'), seen.take(each.window, 'to')].map((at) => ({ text: time(at ?? 'not stated') })),
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
function groupsOf({ seen, groups, groupName }: Story, observation: Observation): Cell {
  const ids = seen.take(observation, 'chatGroups') ?? [];
  if (ids.length === 0) return 'not stated';
  const watched = new Set(ids);
  const isAll = groups.length > 2 && groups.length === ids.length && groups.every(({ group }) => watched.has(group.id));
  if (isAll) return `all ${number(ids.length)}`;
  const parts = ids.map(groupName);
  const known = parts.filter(({ label }) => label === undefined).map(({ text }) => text);
  return [
    ...(known.length === 0 ? [] : [{ text: known.join(', ') }]),
    ...parts.filter(({ label }) => label !== undefined),
  ];
}

function done({ seen }: Story, observation: Observation): Part[] {
  const place = seen.take(observation, 'where');
  const what = { text: seen.take(observation, 'done') };
  return place === undefined ? [what] : [what, { text: place, label: 'At' }];
}
