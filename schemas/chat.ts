// Chat groups, their members over time, and messages: what CyberTipline has no place for.
// Always true: whoever or whatever changed over time has one entry per stretch of time.
import * as z from 'zod';
import { MEMBER_ROLES } from './codes.ts';
import { isoCountry, phone } from './contact.ts';
import { group, own } from './field.ts';
import { localId, oneOf, sha256, text } from './lexical.ts';
import { from, stamp, to } from './times.ts';

const groupName = group('GroupName', 'A name the group had, and when.', {
  name: own(text(), {
    what: 'The name.',
    why: 'Groups rename themselves to stay hidden; old names are what witnesses remember.',
    notBlank: true,
    maxLength: 500,
  }),
  from,
  to,
});

const groupPhoto = group('GroupPhoto', 'A picture the group showed, and when.', {
  sha256: own(sha256().optional(), {
    what: 'SHA-256 of the picture, when its file is attached.',
    why: 'Ties the group to the file in the vault.',
  }),
  description: own(text().optional(), {
    what: 'What the picture shows, in plain words.',
    why: 'Spares others from opening it.',
    maxLength: 3000,
  }),
  from,
  to,
});

const chatMember = group('ChatMember', 'One member in one role for one stretch of time.', {
  id: own(localId().optional(), {
    what: 'Name for this member within this referral, or the id the platform gives.',
    why: 'Ties messages to the one who sent them.',
  }),
  phone: own(phone.optional(), {
    what: 'Phone number the member is known by.',
    why: 'In many chat programs the number is the account; the operator knows the subscriber.',
  }),
  displayName: own(text().optional(), {
    what: 'Name the member shows.',
    why: 'The same name elsewhere may be the same person.',
    maxLength: 255,
  }),
  country: own(isoCountry().optional(), {
    what: 'Country of the member, as far as known.',
    why: 'Tells which nations must be told.',
  }),
  role: own(oneOf(MEMBER_ROLES), {
    what: 'What the member may do in the group.',
    why: 'Owners and admins keep the group going.',
  }),
  from,
  to,
});

export const chatGroup = group('ChatGroup', 'A chat group or channel.', {
  id: own(localId(), {
    what: 'Name for this group within this referral, or the id the platform gives.',
    why: 'Ties messages and observations to the group.',
  }),
  platform: own(text(), {
    what: 'Chat program or service.',
    why: 'Tells which company holds the records.',
    notBlank: true,
    maxLength: 256,
  }),
  names: own(z.array(groupName).optional(), {
    what: 'Names the group had, one entry per name and stretch of time.',
    why: 'Groups rename themselves to stay hidden.',
  }),
  photos: own(z.array(groupPhoto).optional(), {
    what: 'Pictures the group showed, one entry per picture and stretch of time.',
    why: 'The picture often tells newcomers what the group is for.',
  }),
  inviteLinks: own(z.array(text()).optional(), {
    what: 'Links by which people join.',
    why: 'Lets the platform find the group and the police find where it is advertised.',
    url: true,
    maxLength: 2083,
  }),
  description: own(text().optional(), {
    what: 'Description the group gives of itself.',
    why: 'Shows what members knew when they joined.',
  }),
  members: own(z.array(chatMember).optional(), {
    what: 'Members, one entry per member, role and stretch of time.',
    why: 'Each is a person to identify, in a country that must be told.',
  }),
});

const messageAttachment = group('MessageAttachment', 'Points at a file that hung on the message.', {
  sha256: own(sha256().optional(), {
    what: 'SHA-256 of the attachment.',
    why: 'Ties the message to exactly these bytes.',
  }),
  path: own(text().optional(), {
    what: 'Path of the attachment, as in attachments.',
    why: 'Ties the message to the file under its own name.',
  }),
});

export const message = group('Message', 'One message.', {
  id: own(localId(), {
    what: 'Name for this message within its group, or the id the platform gives.',
    why: 'Lets replies and reports name it without doubt.',
  }),
  chatGroup: own(localId().optional(), {
    what: 'Id of the group it was sent in; left out for a private conversation.',
    why: 'Tells who could read it.',
  }),
  sender: own(text(), {
    what: 'Who sent it: id of a member, or the name shown.',
    why: 'Ties the words to a person.',
    notBlank: true,
    maxLength: 300,
  }),
  recipients: own(z.array(text()).optional(), {
    what: 'To whom it was sent, when it was not the whole group.',
    why: 'A recipient may be a further suspect, or a child.',
    maxLength: 300,
  }),
  sent: own(stamp, {
    what: 'When it was sent.',
    why: 'A conversation is only evidence when its order is certain.',
  }),
  edited: own(stamp.optional(), {
    what: 'When it was last changed.',
    why: 'The words now seen may not be the words first sent.',
  }),
  deleted: own(stamp.optional(), {
    what: 'When it was deleted.',
    why: 'Shows that somebody tried to hide it.',
  }),
  text: own(text().optional(), {
    what: 'What was written, word for word, in its own language.',
    why: 'Words show intent; a summary or a translation does not.',
  }),
  attachments: own(z.array(messageAttachment).optional(), {
    what: 'Files that hung on it.',
    why: 'Shows who spread which file.',
  }),
  replyTo: own(localId().optional(), {
    what: 'Id of the message it answers, in the same group.',
    why: 'Shows who spoke to whom.',
  }),
});

export type GroupName = z.infer<typeof groupName>;
export type GroupPhoto = z.infer<typeof groupPhoto>;
export type ChatMember = z.infer<typeof chatMember>;
export type ChatGroup = z.infer<typeof chatGroup>;
export type MessageAttachment = z.infer<typeof messageAttachment>;
export type Message = z.infer<typeof message>;
