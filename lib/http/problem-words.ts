// What each code means and what to do about it, in words that are the same every time. Every code has both.
import type { Code } from '../errors.ts';

interface ProblemWords {
  readonly title: string;
  readonly todo: string;
}

const OPERATOR = "Tell the desk's operator; nothing that was acknowledged is lost.";

export const PROBLEMS: Readonly<Record<Code, ProblemWords>> = {
  'input/malformed': words('The request cannot be read', 'Correct the request and send it again.'),
  'input/too-large': words('Too large', 'Send less at once; files go as attachments, not inside the JSON.'),
  'input/too-deep': words('Nested too deeply', 'Flatten the JSON.'),
  'input/duplicate-key': words('A key is given twice', 'Leave each key once: nobody can tell which value is meant.'),
  'input/forbidden-key': words('A forbidden key', 'Take the key out.'),
  'input/not-unicode': words('Not valid Unicode', 'Send UTF-8, without halves of surrogate pairs.'),
  'input/invalid': words('Not of the right form', 'Correct each of the findings and send it again.'),
  'input/rule': words('A rule is broken', 'Correct each of the findings and send it again.'),
  'input/unsupported-type': words('Content type not taken', 'Send application/json, UTF-8, not compressed.'),
  'input/missing-header': words('A header is missing', 'Add the header and send it again.'),
  'input/range': words('No such stretch of bytes', 'Ask for bytes that are there: Content-Range says how many.'),
  'access/unauthenticated': words('Not known', 'Send a key of this desk as Authorization: Bearer …'),
  'access/denied': words('Not allowed', "Ask the desk's operator who may do this."),
  'access/same-person': words('A second person is needed', 'Let somebody else approve.'),
  'access/signature': words('The signature does not hold', "Sign the answer anew with the agency's key."),
  'access/too-many-requests': words('Too many requests', 'Wait as long as Retry-After says, then go on.'),
  'absent/route': words('No such route', 'See /v1/openapi.json for what there is.'),
  'absent/method': words('No such method here', 'Use one of the methods in Allow.'),
  'absent/referral': words('No such referral', 'Check the id, and whether the referral is yours to see.'),
  'absent/attachment': words('No such attachment', 'See the referral for those that have arrived.'),
  'absent/object': words('No such object', 'Check the id in the chain.'),
  'absent/hold': words('No such hold', 'See the referral for its holds.'),
  'absent/destruction': words('No such destruction', 'See the referral for what was asked for.'),
  'absent/actor': words('No such actor', 'See the list of actors.'),
  'absent/packet': words('No such packet', 'Check the id, and whether the packet is your agency’s.'),
  'absent/link': words('The link cannot be used', 'Ask for a new one: it was used, has expired or is not whole.'),
  'absent/destroyed': words('Destroyed', 'Its chain and its certificate can still be read.'),
  'state/key-reused': words('Idempotency key used before', 'Choose a new key for another referral.'),
  'state/not-open': words('Not in a state for this', 'See the state of the referral.'),
  'state/already-finished': words('Finished already', 'Ask for its receipt; what came late goes into a new referral.'),
  'state/not-finished': words('Not finished yet', 'Pack it once its reporter has finished it.'),
  'state/not-frozen': words('Still being made', 'Ask again in a moment.'),
  'state/incomplete': words('Attachments are missing', 'Send the attachments named in the findings, then finish.'),
  'state/attachment-differs': words('Other bytes under this id', 'Use a fresh UUID for other bytes.'),
  'state/exists': words('Exists already', 'See what is there before making another.'),
  'state/held': words('Held', 'Nothing of it is destroyed before its holds are ended.'),
  'state/retained': words('Must be kept', 'Wait until the date in keepUntil.'),
  'state/contended': words('Too much at once', 'Send the same request again in a moment.'),
  'attachment/no-digest': words('No SHA-256 declared', 'Add Content-Digest: sha-256=:<base64>: (RFC 9530).'),
  'attachment/digest-mismatch': words('Other bytes than declared', 'Hash the file again and send it again.'),
  'attachment/size-mismatch': words('Not as many bytes as declared', 'Send the whole file again.'),
  'attachment/cut-off': words('Cut off', 'Send the whole file again; nothing was kept of it.'),
  'attachment/not-as-declared': words(
    'Not the file the referral declares',
    'Send the declared file, or use a fresh id.',
  ),
  'vault/exists': words('The vault refused a write', OPERATOR),
  'vault/absent': words('Sealed bytes are missing', OPERATOR),
  'vault/damaged': words('Sealed bytes are damaged', OPERATOR),
  'vault/full': words('No space left', 'Tell the operator to make room, then send it again.'),
  'vault/failed': words('The vault failed', OPERATOR),
  'keys/absent': words('A key is missing', OPERATOR),
  'keys/wrong-passphrase': words('The passphrase is wrong', OPERATOR),
  'keys/refused': words('A key does not open what it should', OPERATOR),
  'keys/failed': words('The keys failed', OPERATOR),
  'ledger/failed': words('The book failed', OPERATOR),
  'ledger/full': words('No space left', 'Tell the operator to make room, then send it again.'),
  'log/damaged': words('The log is damaged', OPERATOR),
  'sealed/damaged': words('A sealed object is damaged', OPERATOR),
  'sealed/unsupported': words('A sealed object of another kind', OPERATOR),
  'desk/absent': words('No desk here', 'Make one, or name the folder of another.'),
  'desk/exists': words('A desk is here already', 'Use it, or name another folder.'),
  'desk/owned': words('In use by another process', 'Wait until the other process has finished, or stop it.'),
  'desk/unreachable': words('The desk cannot be reached', 'Check the address and that the desk runs, then try again.'),
  'desk/newer': words('Written by a newer program', 'Use that program.'),
  'desk/readable-by-others': words('Open to others', 'Take their rights away first.'),
  'desk/not-allowed': words('The system does not let the desk', "Tell the desk's operator to see to rights and paths."),
  'desk/damaged': words('The desk is damaged', OPERATOR),
  'desk/local-only': words('Only on the machine itself', 'Run it where the desk is.'),
  'alarm/failed': words('An alarm reached nobody', OPERATOR),
  'proof/malformed': words('A proof cannot be read', 'Get the file again from where it came.'),
  internal: words('The desk failed', "Tell the desk's operator the answer's Request-Id."),
};

function words(title: string, todo: string): ProblemWords {
  return { title, todo };
}
