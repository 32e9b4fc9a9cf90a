// `actor` and `agency`: who may act at the desk, and whom it hands referrals to.
import { Option, type Command } from 'commander';
import type { Language, AgencyKind, ProfileName, SignIn } from '../../schemas/index.ts';
import { ROLES, type Role } from '../access.ts';
import type { NewActor } from '../actors.ts';
import type { AgencyRecord } from '../agencies.ts';
import { idOf } from './arguments.ts';
import { UsageError } from './failure.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { kindOption, languageOption, profileOption } from './packet-options.ts';
import { readInput } from './paths.ts';
import { withDesk } from './session.ts';
import { shown } from './shown.ts';

interface ActorOptions extends Common {
  readonly role: Role;
  readonly name: string;
  readonly organisation?: string;
  readonly agency?: string;
  readonly issuer?: string;
  readonly subject?: string;
}

interface AgencyOptions extends Common {
  readonly id: string;
  readonly name: string;
  readonly country?: string;
  readonly signingKey?: string;
  readonly kind?: AgencyKind;
  readonly profile?: ProfileName;
  readonly language?: Language;
  readonly ageRecipient?: string;
  readonly certificate?: string;
  readonly openpgpKey?: string;
}

interface KeysOptions extends Common {
  readonly ageRecipient?: string | false;
  readonly certificate?: string | false;
  readonly openpgpKey?: string | false;
}

export function addPeople(program: Command): void {
  const actor = program
    .command('actor')
    .summary('who may act: add, list, revoke')
    .description('Who may act at the desk.');
  addCommand(actor, 'add', {
    summary: 'let somebody act: show her key once, or say as whom she signs in',
    example: 'actor add --role reporter --name "Example Charity"',
    more: [
      'A reporter without --organisation gets a new one of her own; name an id from "actor list" to share it.',
      'With --issuer and --subject she has no key: a desk on AWS takes the tokens of its OpenID Connect issuer, at the address for people.',
      'A desk on this machine takes none; who is added here can act once "move" has carried it to AWS.',
    ],
  })
    .addOption(new Option('--role <role>', 'what she may do').choices(ROLES).makeOptionMandatory())
    .requiredOption('--name <name>', 'what she is called; kept sealed')
    .option('--organisation <id>', "a reporter's organisation")
    .option('--agency <id>', "an investigator's agency")
    .option('--issuer <url>', 'who vouches for her: "iss" of her tokens, word for word')
    .option('--subject <sub>', 'by what name: "sub" of her tokens, word for word; kept sealed')
    .action(acting(addActor));
  addCommand(actor, 'list', { summary: 'everyone who may act or could', example: 'actor list' }).action(
    acting(listActors),
  );
  addCommand(actor, 'revoke <id>', {
    summary: "end somebody's key, or what her tokens let her do, for good",
    example: 'actor revoke 0f0e0d0c-0b0a-4908-8706-050403020100',
  }).action(acting(revokeActor));
  const agency = program
    .command('agency')
    .summary('whom referrals go to: add, keys, list')
    .description('Whom the desk hands referrals to.');
  addCommand(agency, 'add', {
    summary: 'make an agency known',
    example: 'agency add --id de-bka --name Bundeskriminalamt --country DE',
  })
    .requiredOption('--id <word>', 'a short lower-case word')
    .requiredOption('--name <name>', 'its name')
    .option('--country <code>', 'two letters, as DE')
    .option('--signing-key <base64>', 'Ed25519 public key by which it signs its answers, 32 bytes in base64')
    .addOption(kindOption())
    .addOption(profileOption())
    .addOption(languageOption())
    .option('--age-recipient <age1…>', 'encrypt its packets to this recipient of age (X25519)')
    .option('--certificate <file>', 'encrypt its packets to this X.509 certificate (RSA, PEM), as CMS')
    .option(
      '--openpgp-key <file>',
      'encrypt its packets to this OpenPGP key (armored); needs a package beside this one',
    )
    .action(acting(addAgency));
  addCommand(agency, 'keys <id>', {
    summary: 'change the keys to which its packets are encrypted from now on',
    example: 'agency keys de-bka --certificate bka.pem --no-age-recipient',
    more: ['What is not named stays. A packet that was ordered before keeps the key it was ordered with.'],
  })
    .option('--age-recipient <age1…>', 'a recipient of age (X25519)')
    .option('--no-age-recipient', 'none any more')
    .option('--certificate <file>', 'an X.509 certificate (RSA, PEM)')
    .option('--no-certificate', 'none any more')
    .option('--openpgp-key <file>', 'an OpenPGP key (armored)')
    .option('--no-openpgp-key', 'none any more')
    .action(acting(changeKeys));
  addCommand(agency, 'list', { summary: 'the agencies that are known', example: 'agency list' }).action(
    acting(listAgencies),
  );
}

async function addActor(options: ActorOptions): Promise<Outcome> {
  const { role, name, organisation, agency } = options;
  const actor = {
    role,
    name,
    ...(organisation === undefined ? {} : { organisation: idOf(organisation, 'An organisation') }),
    ...(agency === undefined ? {} : { agency }),
  };
  const signIn = signInOf(options);
  if (signIn !== undefined) return addPerson(options, actor, signIn);
  const answer = await withDesk(options, 'operator', ({ client }) => client.addActor(actor));
  return {
    words: [
      `A ${role} may act now. Her key, shown this once; give it to her by a safe way:`,
      `  ${answer.key}`,
      `If it is lost or stolen, revoke it (actor revoke ${answer.actorId}) and add her again.`,
    ],
    json: answer,
  };
}

function signInOf({ issuer, subject }: ActorOptions): SignIn | undefined {
  if (issuer === undefined && subject === undefined) return undefined;
  if (issuer !== undefined && subject !== undefined) return { issuer, subject };
  throw new UsageError('Give --issuer and --subject together: a subject is a name with one issuer alone.');
}

async function addPerson(options: Common, actor: NewActor, signIn: SignIn): Promise<Outcome> {
  const answer = await withDesk(options, 'operator', ({ client }) => client.addPerson(actor, signIn));
  const words = [
    `A ${actor.role} may act now, as whom the issuer says she is; she has no key.`,
    ...(options.desk === undefined
      ? ['This desk takes no tokens: she can act once it was carried to AWS (move).']
      : []),
    `To end that: actor revoke ${answer.actorId}`,
  ];
  return { words, json: answer };
}

async function listActors(options: Common): Promise<Outcome> {
  const actors = await withDesk(options, 'operator', ({ client }) => client.listActors());
  const words = actors.map(({ id, role, name, organisation, agency, hasKey, signIn, revokedAt }) => {
    const notes = [
      organisation,
      agency,
      hasKey || signIn !== undefined ? undefined : 'no key: the machine itself',
      signIn && `signs in with ${shown(signIn.issuer)} as ${shown(signIn.subject)}`,
      revokedAt && `revoked ${revokedAt}`,
    ];
    return `${id}  ${role.padEnd(12)} ${shown(name)}  ${notes.filter(Boolean).join(', ')}`.trimEnd();
  });
  return { words, json: { actors } };
}

async function revokeActor(id: string, options: Common): Promise<Outcome> {
  const actorId = idOf(id, 'An actor');
  await withDesk(options, 'operator', ({ client }) => client.revokeActor(actorId));
  return {
    words: ['Revoked: from now on nobody acts with her key, or as whom she signs in.'],
    json: { actorId, revoked: true },
  };
}

async function addAgency(options: AgencyOptions): Promise<Outcome> {
  const { id, name, country, kind, signingKey, profile, language } = options;
  const more = {
    ...(country === undefined ? {} : { country }),
    ...(signingKey === undefined ? {} : { signingKey }),
    ...(kind === undefined ? {} : { kind }),
    ...(profile === undefined ? {} : { profile }),
    ...(language === undefined ? {} : { language }),
  };
  const keys = await keysOf(options);
  const answer = await withDesk(options, 'operator', ({ client }) => client.addAgency({ id, name, ...more, ...keys }));
  return { words: [`The agency ${answer.id} is known now.`, ...keyWords(answer)], json: answer };
}

async function changeKeys(id: string, options: KeysOptions): Promise<Outcome> {
  const keys = await keysOf(options);
  const gone = Object.fromEntries(KEYS.filter((each) => options[each] === false).map((each) => [each, null]));
  if (Object.keys({ ...keys, ...gone }).length === 0) throw new UsageError('Name a key to give, or one to take away.');
  const answer = await withDesk(options, 'operator', ({ client }) => client.changeAgencyKeys(id, { ...keys, ...gone }));
  return { words: [`Packets for ${answer.id} that are ordered from now on:`, ...keyWords(answer)], json: answer };
}

const KEYS = ['ageRecipient', 'certificate', 'openpgpKey'] as const;

/** The keys that are given: age's as it is, the others out of their files. */
async function keysOf(options: KeysOptions): Promise<Partial<Record<(typeof KEYS)[number], string>>> {
  const given: Partial<Record<(typeof KEYS)[number], string>> = {};
  for (const each of KEYS) {
    const value = options[each];
    if (typeof value === 'string')
      given[each] = each === 'ageRecipient' ? value : (await readInput(value)).toString('utf8');
  }
  return given;
}

/** How an agency's packets are encrypted where nobody says otherwise, and the fingerprints to compare. */
function keyWords({ packetKeys = [] }: AgencyRecord): string[] {
  if (packetKeys.length === 0) return ['Its packets are signed and not encrypted; agency keys gives it a key.'];
  return [
    'Compare the fingerprint with the agency on the telephone; its packets are encrypted to the first one:',
    ...packetKeys.map(({ method, fingerprint }) => `  ${method.padEnd(8)} ${fingerprint}`),
  ];
}

async function listAgencies(options: Common): Promise<Outcome> {
  const agencies = await withDesk(options, 'operator', ({ client }) => client.listAgencies());
  const words = agencies.flatMap(({ id, name, country, packetKeys = [] }) => [
    `${id.padEnd(16)} ${shown(name)}${country === undefined ? '' : ` (${country})`}`,
    ...packetKeys.map(({ method, fingerprint }) => `${' '.repeat(17)}${method} ${fingerprint}`),
  ]);
  return { words, json: { agencies } };
}
