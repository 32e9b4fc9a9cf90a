// The desk's verbs about itself: who acts, its log and its keys, what time brings about, and whether all of it still holds.
import type { AgencyKeysRequest, SignIn } from '../schemas/index.ts';
import type { Caller, Role } from './access.ts';
import type { NewActor } from './actors.ts';
import type { NewAgency } from './agencies.ts';
import type { Duty } from './clock.ts';
import type { Core } from './core.ts';
import type { NewBackup } from './house.ts';
import type { Purpose } from './ports.ts';
import type { WatchOptions } from './watch.ts';
import { later, once } from './later.ts';

const inActors = later(() => import('./actors.ts'));
const inAgencies = later(() => import('./agencies.ts'));
const inAuthenticate = later(() => import('./authenticate.ts'));
const inClock = later(() => import('./clock.ts'));
const inHouse = later(() => import('./house.ts'));
const inPromise = later(() => import('./promise.ts'));
const inPublish = later(() => import('./publish.ts'));
const inStamp = later(() => import('./stamp.ts'));
const inStatus = later(() => import('./status.ts'));
const inTrust = later(() => import('./trust.ts'));
const inWatch = later(() => import('./watch.ts'));

/** Part of what `openDesk` answers; what holds for every verb is said there. */
export type HouseVerbs = ReturnType<typeof houseVerbs>;

/** In DER, base64; each once. */
function authoritiesOf({ stamps = [] }: Core): string[] {
  const all = stamps.flatMap(({ authorities = [] }) => authorities.map((der) => Buffer.from(der).toString('base64')));
  return [...new Set(all)];
}

export function houseVerbs(core: Core) {
  const publish = once(async () => (await inPublish()).publishing(core));
  const stamp = once(async () => (await inStamp()).stamping(core));
  return {
    /**
     * Who shows this key. The same answer, in the same time, whatever is wrong with it.
     * @param key as `addActor` answered it
     * @throws DeskError access/unauthenticated
     */
    authenticate: async (key: string) => (await inAuthenticate()).authenticate(core, key),
    /**
     * Whom an OpenID Connect issuer vouches for. The same answer whatever is wrong.
     * @param signIn `iss` and `sub` of a token that whoever calls has checked: its signature, for whom it is, and its time
     * @throws DeskError access/unauthenticated
     */
    authenticatePerson: async (signIn: SignIn) => (await inAuthenticate()).authenticatePerson(core, signIn),
    /**
     * Who acts when somebody at the machine shows no key: the house's own reporter, supervisor, auditor or operator.
     * @throws DeskError absent/actor (always for an investigator)
     */
    houseCaller: async (role: Role) => (await inAuthenticate()).houseCaller(core, role),

    // the log over all chains
    /**
     * The desk's own chain: actors, agencies, keys, backups, certificates. As `custody`. May: auditor, operator.
     * @throws DeskError access/denied, input/invalid (the log is not that large), log/damaged
     */
    deskCustody: async (caller: Caller, since?: number) => (await inStatus()).exportDeskCustody(core, caller, since),
    /**
     * The log's signed head (C2SP tlog-checkpoint) and its size in leaves; undefined before the first. For anyone.
     * @throws DeskError ledger/failed
     */
    logState: () => core.ledger.logState(),
    /**
     * A file of the public log as C2SP tlog-tiles has it: `checkpoint`, `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`; and its time stamps:
     * `stamp/list`, `stamp/<size>/<authority>.tsr` (RFC 3161), `….checkpoint`, which it is over. Those of another log after its number
     * and a slash; undefined where there is none. For anyone.
     * @throws DeskError ledger/failed
     */
    logFile: async (path: string) => (await publish())(path),
    /**
     * Takes every pending entry into the log (RFC 6962, C2SP tlog-tiles) and answers its state after; with none pending, nothing
     * changes. Where an entry waited for longer than its receipt promised, an alarm follows. For whoever runs the desk, from several processes too.
     * @throws DeskError log/damaged (it is not the one that was signed last), keys/failed; alarm/failed, after all was taken in
     */
    integrate: async () => (await inPromise()).integrateInTime(core),

    /**
     * Asks the authorities (Ports.stamps) for RFC 3161 time stamps of the log's newest checkpoint, where they are due, and enters them. One
     * that cannot be had raises one alarm until it can. To be asked every minute or so by whoever runs the desk.
     * @throws DeskError alarm/failed, ledger/failed
     */
    stampLog: async () => (await stamp())(),

    // the house
    /**
     * Lets somebody act, and answers her id and her key, which is shown this once. Her name is sealed. May: operator.
     * @throws DeskError access/denied, input/invalid (an investigator without an agency, an agency that is not known, an
     *   organisation that is no id)
     */
    addActor: async (caller: Caller, actor: NewActor) => (await inActors()).addActor(core, caller, actor),
    /**
     * Lets a person act by the tokens of an OpenID Connect issuer, and answers her id; she has no key. Her name and what her tokens call her
     * are sealed. May: operator.
     * @throws DeskError as addActor; input/invalid (an issuer that is no https address, no subject), input/not-unicode, state/exists (she may act
     *   already)
     */
    addPerson: async (caller: Caller, actor: NewActor, signIn: SignIn) =>
      (await inActors()).addPerson(core, caller, actor, signIn),
    /** Everybody who may act or once could, names opened. May: operator. @throws DeskError access/denied */
    listActors: async (caller: Caller) => (await inActors()).listActors(core, caller),
    /** Ends an actor's key, or what her tokens let her do, for good; again is fine. May: operator. @throws DeskError access/denied, absent/actor */
    revokeActor: async (caller: Caller, actorId: string) => (await inActors()).revokeActor(core, caller, actorId),
    /**
     * Makes an agency known. Where it has keys for packets (age, X.509, OpenPGP by a plug-in), its packets are encrypted to the first of them
     * unless an order says otherwise. May: operator.
     * @param agency its id is 2 to 31 of a-z, 0-9 and -, a letter first; its country ISO 3166-1 alpha-2
     * @throws DeskError access/denied, input/invalid (also a key that packets cannot be encrypted to, or a private one), input/not-unicode,
     *   state/exists
     */
    addAgency: async (caller: Caller, agency: NewAgency) => (await inAgencies()).addAgency(core, caller, agency),
    /**
     * Changes the keys to which an agency's packets are encrypted from now on: null takes one away, what is left out stays. What was ordered
     * before keeps its key. Answers the agency as it is then. May: operator.
     * @throws DeskError access/denied, input/invalid (no such agency, or no such key), input/not-unicode
     */
    changeAgencyKeys: async (caller: Caller, agencyId: string, keys: AgencyKeysRequest) =>
      (await inAgencies()).changeAgencyKeys(core, caller, agencyId, keys),
    /** The agencies the desk knows, by id. May: operator. @throws DeskError access/denied */
    listAgencies: async (caller: Caller) => (await inAgencies()).listAgencies(core, caller),
    /**
     * The raw AES-256 key of one sealed object, hex, with what any AWS Encryption SDK needs beside it; who asked and why is entered
     * first. May: supervisor.
     * @throws DeskError access/denied, absent/object, absent/destroyed, input/missing-header (no purpose)
     */
    exportKey: async (caller: Caller, objectId: string, purpose: string) =>
      (await inHouse()).exportKey(core, caller, objectId, purpose),
    /**
     * Replaces a signing key (Ed25519, RFC 8032) and answers the new one; the old one signs it, then never signs again. May: operator.
     * @throws DeskError access/denied, keys/failed (also where the clock stands before the old key began)
     */
    rotateKey: async (caller: Caller, purpose: Purpose) => (await inHouse()).rotateKey(core, caller, purpose),
    /**
     * Enters that a copy of secrets and lookup rows exists from now on: certificates of destruction name it. May: operator.
     * @throws DeskError access/denied
     */
    recordBackup: async (caller: Caller, backup: NewBackup) => (await inHouse()).recordBackup(core, caller, backup),
    /**
     * What trust.json holds: every public key that speaks or spoke for the desk, their twelve words, and the certificates of the authorities
     * that stamp its log. For anyone.
     * @throws DeskError keys/failed
     */
    trust: async () => (await inTrust()).makeTrust(core.desk, await core.keys.publicKeys(), authoritiesOf(core)),

    /**
     * What time alone brings about (warnings, expiry, destructions, locks), and how many of each; to be asked every minute or so by
     * whoever runs the desk. `duty`: all of it without one; `ends` alone destroys, `time` does all else, for desks on which two
     * authorities share this. A referral that fails raises an alarm and does not stop the others.
     * @throws DeskError alarm/failed, after all were looked at, when somebody could not be told
     */
    tick: async (duty?: Duty) => (await inClock()).tick(core, duty),
    /**
     * Goes over everything again, down to the last sealed byte, and changes nothing. What does not hold is a finding, never an error:
     * it throws nothing. For whoever runs the desk; memory grows with the number of entries, not of bytes.
     */
    watch: async (options: WatchOptions = {}) => (await inWatch()).watch(core, options),
  };
}
