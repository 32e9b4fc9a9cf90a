// The log, how whoever holds the packet can check it without the desk, and what is missing.
import { fields, note, nothing, paragraph } from './blocks.ts';
import { sum } from './facts.ts';
import { placeName } from './labels.ts';
import { CELL_GREY, DENSE_MONO_GREY, MONO } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { bytes, word } from './words.ts';

export function log({ sheet, words, case: held }: Story): void {
  if (held.log === undefined) {
    nothing(sheet, words.log.notBound);
    return;
  }
  paragraph(sheet, words.log.intro);
  fields(sheet, [
    [words.log.last, words.log.entryOf(held.log.index + 1, held.log.size)],
    [
      words.log.checkpoint,
      held.log.checkpoint
        .split('\n')
        .filter((line, at, all) => line !== '' || at < all.length - 1)
        .map((text) => ({ text, style: MONO })),
    ],
  ]);
}

/** As README.txt of the packet says it (lib/packet/read-me.ts). */
const STEPS = [
  ['manifests', 'sha256sum -c tagmanifest-sha256.txt', 'sha256sum -c manifest-sha256.txt'],
  ['caseDigest', 'sha256sum data/case.json'],
  ['trust'],
  ['program', 'referral-desk verify PACKET.zip --trust trust.json'],
] as const;

export function checking({ sheet, words, case: held, caseSha256 }: Story): void {
  if (held.packet === undefined) {
    nothing(sheet, words.checking.notOfCopy);
    return;
  }
  const rows = STEPS.map(([step, ...commands], at): Cell[] => {
    const digest = commands.some((each) => each.endsWith('case.json')) ? [caseSha256] : [];
    return [
      `${at + 1}`,
      [{ text: words.checking[step] }, ...[...commands, ...digest].map((each) => ({ text: each, style: MONO }))],
    ];
  });
  table(sheet, [{ title: '', width: 12, style: CELL_GREY }, { title: '' }], rows, {
    plain: true,
    isList: true,
    padding: 3,
  });
  const total = sum(held.files.map(({ sizeBytes }) => sizeBytes));
  note(sheet, words.checking.named(held.files.length, bytes(words, total)));
}

export function missing({ sheet, words, case: { gaps } }: Story): void {
  const { missing: said } = words;
  if (gaps.length === 0) {
    nothing(sheet, said.nothing);
    return;
  }
  note(sheet, said.note);
  const columns = [
    { title: said.what },
    { title: said.first, width: 200 },
    { title: said.places, width: 40, right: true },
  ];
  const rows = gaps.map(({ gap, message, path, count: many }): Cell[] => {
    return [
      Object.hasOwn(said.gaps, gap) ? word(said.gaps, gap) : message,
      [{ text: placeName(words, path) }, { text: path, style: DENSE_MONO_GREY }],
      words.number(many),
    ];
  });
  table(sheet, columns, rows);
}
