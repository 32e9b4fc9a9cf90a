// `actor` and `agency`: who may act at the desk, and whom it hands referrals to.
import { Option, type Command } from 'commander';
import type { Language, ProfileName } from '../../schemas/index.ts';
import { ROLES, type Role } from '../index.ts';
import { idOf } from './arguments.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { languageOption, profileOption } from './packet-options.ts';
import { withDesk } from './session.ts';
import { shown } from './shown.ts';

interface ActorOptions extends Common {
  readonly role: Role;
  readonly name: string;
  readonly organisation?: string;
  readonly agency?: string;
}

interface AgencyOptions extends Common {
  readonly id: string;
  readonly name: string;
  readonly country?: string;
  readonly signingKey?: string;
  readonly profile?: ProfileName;
  readonly language?: Language;
}

export function addPeople(program: Command): void {
  const actor = program
    .command('actor')
    .summary('who may act: add, list, revoke')
    .description('Who may act at the desk.');
  addCommand(actor, 'add', {
    summary: 'let somebody act, and show her key once',
    example: 'actor add --role reporter --name "Example Charity"',
    more: ['A reporter without --organisation gets a new one of her own; name an id from "actor list" to share it.'],
  })
    .addOption(new Option('--role <role>', 'what she may do').choices(ROLES).makeOptionMandatory())
    .requiredOption('--name <name>', 'what she is called; kept sealed')
    .option('--organisation <id>', "a reporter's organisation")
    .option('--agency <id>', "an investigator's agency")
    .action(acting(addActor));
  addCommand(actor, 'list', { summary: 'everyone who may act or could', example: 'actor list' }).action(
    acting(listActors),
  );
  addCommand(actor, 'revoke <id>', {
    summary: "end somebody's key, for good",
    example: 'actor revoke 0f0e0d0c-0b0a-4908-8706-050403020100',
  }).action(acting(revokeActor));
  const agency = program
    .command('agency')
    .summary('whom referrals go to: add, list')
    .description('Whom the desk hands referrals to.');
  addCommand(agency, 'add', {
    summary: 'make an agency known',
    example: 'agency add --id de-bka --name Bundeskriminalamt --country DE',
  })
    .requiredOption('--id <word>', 'a short lower-case word')
    .requiredOption('--name <name>', 'its name')
    .option('--country <code>', 'two letters, as DE')
    .option('--signing-key <base64>', 'Ed25519 public key by which it signs its answers, 32 bytes in base64')
    .addOption(profileOption())
    .addOption(languageOption())
    .action(acting(addAgency));
  addCommand(agency, 'list', { summary: 'the agencies that are known', example: 'agency list' }).action(
    acting(listAgencies),
  );
}

async function addActor(options: ActorOptions): Promise<Outcome> {
  const { role, name, organisation, agency } = options;
  const answer = await withDesk(options, 'operator', ({ client }) =>
    client.addActor({
      role,
      name,
      ...(organisation === undefined ? {} : { organisation: idOf(organisation, 'An organisation') }),
      ...(agency === undefined ? {} : { agency }),
    }),
  );
  return {
    words: [
      `A ${role} may act now. Her key, shown this once; give it to her by a safe way:`,
      `  ${answer.key}`,
      `If it is lost or stolen, revoke it (actor revoke ${answer.actorId}) and add her again.`,
    ],
    json: answer,
  };
}

async function listActors(options: Common): Promise<Outcome> {
  const actors = await withDesk(options, 'operator', ({ client }) => client.listActors());
  const words = actors.map(({ id, role, name, organisation, agency, hasKey, revokedAt }) => {
    const notes = [
      organisation,
      agency,
      hasKey ? undefined : 'no key: the machine itself',
      revokedAt && `revoked ${revokedAt}`,
    ];
    return `${id}  ${role.padEnd(12)} ${shown(name)}  ${notes.filter(Boolean).join(', ')}`.trimEnd();
  });
  return { words, json: { actors } };
}

async function revokeActor(id: string, options: Common): Promise<Outcome> {
  const actorId = idOf(id, 'An actor');
  await withDesk(options, 'operator', ({ client }) => client.revokeActor(actorId));
  return { words: ['The key is revoked: from now on nobody acts with it.'], json: { actorId, revoked: true } };
}

async function addAgency(options: AgencyOptions): Promise<Outcome> {
  const { id, name, country, signingKey, profile, language } = options;
  const more = {
    ...(country === undefined ? {} : { country }),
    ...(signingKey === undefined ? {} : { signingKey }),
    ...(profile === undefined ? {} : { profile }),
    ...(language === undefined ? {} : { language }),
  };
  const answer = await withDesk(options, 'operator', ({ client }) => client.addAgency({ id, name, ...more }));
  return { words: [`The agency ${answer.id} is known now.`], json: answer };
}

async function listAgencies(options: Common): Promise<Outcome> {
  const agencies = await withDesk(options, 'operator', ({ client }) => client.listAgencies());
  const words = agencies.map(
    ({ id, name, country }) => `${id.padEnd(16)} ${shown(name)}${country === undefined ? '' : ` (${country})`}`,
  );
  return { words, json: { agencies } };
}
