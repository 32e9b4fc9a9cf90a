// Observations: who watched with which device, how far its clock was off, from when to when, and what was done.
import type { Observation } from '../../schemas/index.ts';
import { note, nothing, subheading } from './blocks.ts';
import { CELL_GREY } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { count, time } from './words.ts';

export function watching(story: Story): void {
  const { sheet, referral } = story;
  const observations = referral.observations ?? [];
  if (observations.length === 0) {
    nothing(sheet, 'Nobody is named who watched.');
    return;
  }
  const observers = distinct(observations.map(({ observer }) => observer));
  const devices = distinct(observations.flatMap(({ device }) => (device === undefined ? [] : [device])));
  note(sheet, extent(observations));
  observerTable(story, observations, observers);
  if (devices.size > 0) deviceTable(story, observations, devices);
  windows(story, observations, observers, devices);
}

/** Equal ones are one; numbered in the order they appear. */
function distinct(values: readonly object[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const value of values) {
    const key = JSON.stringify(value);
    if (!found.has(key)) found.set(key, found.size + 1);
  }
  return found;
}

function extent(observations: readonly Observation[]): string {
  const starts = observations.flatMap(({ window: { from } }) => (from === undefined ? [] : [from]));
  const days = new Set(starts.map((from) => from.slice(0, 10))).size;
  return `${count(observations.length, 'stretch', 'stretches')} of watching on ${count(days, 'day')}. What happened outside them was not seen.`;
}

function observerTable(
  { sheet, seen }: Story,
  observations: readonly Observation[],
  observers: Map<string, number>,
): void {
  const columns = [
    { title: 'No.', width: 22 },
    { title: 'Observer', width: 130 },
    { title: 'Role', width: 110 },
    { title: 'Organisation' },
    { title: 'Stretches', width: 50, right: true },
  ];
  const rows = [...observers].map(([key, at]): Cell[] => {
    const same = observations.map(({ observer }) => observer).filter((each) => JSON.stringify(each) === key);
    for (const each of same) for (const name of ['name', 'role', 'organisation'] as const) seen.take(each, name);
    const [held] = same;
    return [
      `P${at}`,
      held?.name ?? '',
      held?.role ?? 'not stated',
      held?.organisation ?? 'not stated',
      `${same.length}`,
    ];
  });
  table(sheet, columns, rows);
}

function deviceTable({ sheet, seen }: Story, observations: readonly Observation[], devices: Map<string, number>): void {
  const columns = [
    { title: 'No.', width: 22 },
    { title: 'Device', width: 130 },
    { title: 'Serial number', width: 110 },
    { title: 'Its clock' },
    { title: 'Stretches', width: 50, right: true },
  ];
  const rows = [...devices].map(([key, at]): Cell[] => {
    const all = observations.flatMap(({ device }) => (device === undefined ? [] : [device]));
    const same = all.filter((each) => JSON.stringify(each) === key);
    for (const each of same)
      for (const name of ['make', 'model', 'serial', 'clockOffsetSeconds'] as const) seen.take(each, name);
    const [held] = same;
    const made = [held?.make, held?.model].filter((each) => each !== undefined).join(' ');
    return [
      `D${at}`,
      made || 'not stated',
      held?.serial ?? 'not stated',
      offset(held?.clockOffsetSeconds),
      `${same.length}`,
    ];
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
  observers: Map<string, number>,
  devices: Map<string, number>,
): void {
  const { sheet, seen } = story;
  subheading(sheet, 'Stretches of watching');
  const columns = [
    { title: 'From, to', width: 104 },
    { title: 'Who', width: 20 },
    { title: 'With', width: 22 },
    { title: 'Groups', width: 58 },
    { title: 'What was done' },
  ];
  const rows = observations.map((each): Cell[] => [
    [seen.take(each.window, 'from'), seen.take(each.window, 'to')].map((at) => ({ text: time(at ?? 'not stated') })),
    `P${observers.get(JSON.stringify(each.observer)) ?? 0}`,
    each.device === undefined ? '–' : `D${devices.get(JSON.stringify(each.device)) ?? 0}`,
    groupsOf(story, each),
    done(story, each),
  ]);
  table(sheet, columns, rows, { padding: 1.5 });
}

/** By number; all of them in one word. */
function groupsOf({ seen, groups, groupName }: Story, observation: Observation): string {
  const ids = seen.take(observation, 'chatGroups') ?? [];
  if (ids.length === 0) return 'not stated';
  const isAll =
    groups.length > 2 && groups.length === ids.length && groups.every(({ group }) => ids.includes(group.id));
  return isAll ? `all ${ids.length}` : ids.map(groupName).join(', ');
}

function done({ seen }: Story, observation: Observation): Cell {
  const place = seen.take(observation, 'where');
  const what = { text: seen.take(observation, 'done') };
  return place === undefined ? [what] : [what, { text: `At: ${place}`, style: CELL_GREY }];
}
