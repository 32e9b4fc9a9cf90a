// `regimes`: what the law asks for, row by row, with where each row is written and how sure it is. `regime`: under which of them a referral
// falls, and what was done of what they ask.
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { RegimeName } from '../../schemas/index.ts';
import { REGIMES } from '../../schemas/codes.ts';
import { isInForce, LAWS, lawsOn, type Law, type Period } from '../regime/index.ts';
import { referralOf, zonedTime } from './arguments.ts';
import { UsageError } from './failure.ts';
import { regimeWords } from './lawful-words.ts';
import { withDesk } from './session.ts';
import { shown } from './shown.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';

interface RegimeOptions extends Common {
  readonly add?: RegimeName;
  readonly law?: string;
  readonly since?: string;
  readonly zone?: string;
  readonly holiday?: readonly string[];
  readonly met?: string;
  readonly how?: string;
}

interface TableOptions extends Common {
  readonly on?: string;
  readonly all?: boolean;
  readonly regime?: RegimeName;
}

export function addRegimes(program: Command): void {
  addCommand(program, 'regimes', {
    summary: 'what the law asks of referrals: each rule with its source, its dates and how sure it is',
    example: 'regimes --on 2026-11-26',
    more: [
      'Not legal advice: a row says what it rests on. Those that are not known to be in force are shown with --all.',
    ],
    needsDesk: false,
  })
    .addOption(new Option('--regime <name>', 'of this one alone').choices(REGIMES))
    .option('--on <day>', 'in force on this day, such as 2026-11-26; today without it', dayText)
    .option('--all', 'also those that ended or are not in force')
    .action(acting((options: TableOptions) => Promise.resolve(tables(options))));
  addCommand(program, 'regime <referral>', {
    summary: 'name the law a referral falls under; or enter that what it asks for was done by other means',
    example: 'regime 0f0e… --add US',
    more: [
      'What is missing, deadlines and how long it is kept then stand in "status". Naming one never shortens how long it is kept.',
      'An order of an authority is one rule: --add EU --law eu-epoc --since <receipt> --zone Europe/Rome --holiday 2026-12-25',
    ],
  })
    .addOption(new Option('--add <regime>', 'every rule of it that is in force').choices(REGIMES))
    .option('--law <rule>', 'this one rule alone, by its name in "regimes"')
    .option('--since <time>', 'when its clock began; when the referral came without it', zonedTime)
    .option('--zone <zone>', 'time zone of the State that counts, such as Europe/Rome')
    .option('--holiday <day>', 'a day off there, beside weekends; give it again for another', dayTexts)
    .option('--met <rule>', 'what this rule asks for was done by hand')
    .option('--how <words>', 'where to, under which number; sealed')
    .action(acting(regime));
}

async function regime(referral: string, options: RegimeOptions): Promise<Outcome> {
  const id = referralOf(referral);
  const { add, law, since, zone, holiday, met, how } = options;
  if ((add === undefined) === (met === undefined)) throw new UsageError('Give --add to name a law, or --met.');
  if (met !== undefined) return enterMet(id, met, how, options);
  const request = {
    regime: add ?? 'US',
    ...(law === undefined ? {} : { law }),
    ...(since === undefined ? {} : { since }),
    ...(zone === undefined ? {} : { zone }),
    ...(holiday === undefined ? {} : { holidays: [...holiday] }),
  };
  const answer = await withDesk(options, 'supervisor', ({ client }) => client.assignRegime(id, request));
  const words = [`Named for referral ${id}:`, ...answer.regimes.flatMap(regimeWords)];
  return { words: [...words, '', 'Not legal advice: "regimes" says what each rule rests on.'], json: answer };
}

async function enterMet(id: string, law: string, how: string | undefined, options: RegimeOptions): Promise<Outcome> {
  if (how === undefined) throw new UsageError('Say how it was done: --how "…".');
  const answer = await withDesk(options, 'supervisor', ({ client }) => client.meetRegime(id, { law, how }));
  return { words: [`Entered: what ${shown(law)} asks for was done.`], json: answer };
}

/** A commander parser of an option that may be given again. */
function dayTexts(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, dayText(text)];
}

/** A commander parser. */
function dayText(text: string): string {
  const isDay = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDay) throw new InvalidArgumentError('Give a day, such as 2026-11-26.');
  return text;
}

function tables({ on, all = false, regime }: TableOptions): Outcome {
  const day = on ?? new Date().toISOString().slice(0, 10);
  const laws = (all ? LAWS : lawsOn(day)).filter((law) => regime === undefined || law.regime === regime);
  const items = laws.map((law) => ({ ...law, isInForce: isInForce(law, day) }));
  const head = `What the desk knows of the law on ${day}; no legal advice.`;
  return { words: [head, ...items.flatMap(lawWords)], json: { on: day, items } };
}

function lawWords(law: Law & { readonly isInForce: boolean }): string[] {
  const { id, regime, what, law: act, source, certainty, caveat, from, to, requires, retention, profile, format } = law;
  const until = to === undefined ? '' : ` to ${to}`;
  return [
    '',
    `${regime}  ${id}${law.isInForce ? '' : '  (not in force)'}`,
    `  ${what}`,
    line('law', act),
    line('applies', `${from === null ? 'not known to be in force' : `from ${from}`}${until}${ABOUT[law.applies]}`),
    ...(law.clock === undefined ? [] : [line('deadline', clockWords(law.clock, law.since))]),
    ...(retention?.least === undefined
      ? []
      : [line('keep', `at least ${periodWords(retention.least)} from ${FROM[retention.from]}`)]),
    ...(retention?.most === undefined
      ? []
      : [line('keep', `at most ${periodWords(retention.most)} from ${FROM[retention.from]}`)]),
    ...(requires.length === 0 ? [] : [line('must have', requires.map((gap) => HAS[gap] ?? gap).join(', '))]),
    line('packet', `profile ${profile}`),
    line('form', format),
    line('source', `${source} [${certainty}]`),
    line('unsure', caveat),
  ];
}

function line(what: string, value: string): string {
  return `  ${what.padEnd(10)}${value}`;
}

const ABOUT = { referral: '', order: '; only where an order came' } as const;
const FROM = { finish: 'finish', since: 'the moment it begins with' } as const;
/** What is asked for, where a gap names what is lacking. */
const HAS: Readonly<Record<string, string>> = {
  'no-content': 'content',
  'no-user-identifier': 'a user identifier',
  'no-location': 'a place',
  'no-connection': 'a connection with its address',
  'connection-without-time': 'its time',
  'connection-without-port': 'its port',
  'file-without-digest': 'hash values',
};

function clockWords(clock: NonNullable<Law['clock']>, since: Law['since']): string {
  if (clock.unit === 'prompt') return 'without delay; the law, or what was read of it, gives no number';
  return `${clock.n} ${clock.unit} from ${since}, counted as Regulation 1182/71 counts`;
}

function periodWords({ unit, n }: Period): string {
  return `${n} ${n === 1 ? unit.slice(0, -1) : unit}`;
}
