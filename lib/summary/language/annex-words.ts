// What the annexes of the summary say (lib/summary/language/catalogue.ts).
import type { Words } from './keys.ts';

export interface AnnexWords {
  readonly everyMember: Words<
    'none' | 'note' | 'latest' | 'name' | 'phone' | 'country' | 'role' | 'from' | 'to' | 'notRead' | 'read'
  > & { readonly group: (name: string, entries: number) => string; readonly mark: (name: string) => string };
  readonly everyMessage: Words<
    | 'none'
    | 'note'
    | 'id'
    | 'sent'
    | 'group'
    | 'sender'
    | 'text'
    | 'timeUnknown'
    | 'edited'
    | 'deleted'
    | 'to'
    | 'noText'
    | 'answers'
    | 'answersInSame'
    | 'file'
    | 'named'
    | 'notHeld'
  > & { readonly answersIn: (group: string) => string };
  readonly everyFile: Words<
    | 'none'
    | 'note'
    | 'exhibit'
    | 'digests'
    | 'bytes'
    | 'noName'
    | 'type'
    | 'label'
    | 'notDescribed'
    | 'notDeclared'
    | 'undelivered'
    | 'name'
    | 'said'
  >;
  readonly everyLook: Words<
    'none' | 'note' | 'exhibit' | 'word' | 'viewer' | 'extent' | 'fromTo' | 'entered' | 'stated' | 'afterFinish'
  > & { readonly enteredAs: (seq: number) => string };
  readonly rest: Words<'nothing'>;
}
