// Where on the net it happened: one of eight kinds of place, each with the fields that belong to it.
// Always true: an item holds exactly one kind; several places are several items.
import * as z from 'zod';
import { ipCaptureEvent } from './account-fields.ts';
import { address, email, phone } from './contact.ts';
import { attribute, choiceGroup, element, group } from './field.ts';
import { decimal, text, truth } from './lexical.ts';

const additionalInfo = element(text().optional(), {
  what: 'Anything else worth knowing about this place.',
  why: 'Holds what has no field of its own.',
});
const content = element(text().optional(), {
  what: 'What was written there, word for word.',
  why: 'Words show intent; a summary does not.',
});
const emailAddress = element(z.array(email).optional(), {
  what: 'E-mail addresses used; each must also stand with the person it belongs to.',
  why: 'The mail provider can be asked for the owner.',
});

const webPageIncident = group('WebPageIncident', 'A web page.', {
  url: element(z.array(text()).optional(), {
    what: 'Addresses of the pages.',
    why: 'Lets the page be seen, preserved and taken down.',
    url: true,
    maxLength: 2083,
  }),
  additionalInfo,
  thirdPartyHostedContent: attribute(truth().optional(), {
    what: "Whether the content lies on somebody else's servers.",
    why: 'Tells that another company must be asked.',
  }),
});

const emailIncident = group('EmailIncident', 'E-mail.', { emailAddress, content, additionalInfo });

const newsgroupIncident = group('NewsgroupIncident', 'A newsgroup or forum.', {
  name: element(text().optional(), {
    what: 'Name of the group or forum.',
    why: 'Lets it be found and watched.',
    maxLength: 255,
  }),
  emailAddress,
  content,
  additionalInfo,
});

const chatImIncident = group('ChatImIncident', 'A chat; for groups, members and messages see chatGroups.', {
  chatClient: element(text().optional(), {
    what: 'Name of the chat program.',
    why: 'Tells which company holds the records.',
    maxLength: 255,
  }),
  chatRoomName: element(text().optional(), {
    what: 'Name of the room.',
    why: 'Lets it be found and watched.',
    maxLength: 255,
  }),
  content,
  additionalInfo,
});

const onlineGamingIncident = group('OnlineGamingIncident', 'An online game.', {
  gameName: element(text().optional(), {
    what: 'Name of the game.',
    why: 'Tells which company holds the records.',
    maxLength: 255,
  }),
  console: element(text().optional(), {
    what: 'Console or system it was played on.',
    why: "The console's maker holds records of its own.",
    maxLength: 255,
  }),
  content,
  additionalInfo,
});

const cellPhoneIncident = group('CellPhoneIncident', 'A mobile phone.', {
  phoneNumber: element(phone.optional(), {
    what: 'Number of the phone.',
    why: 'The operator can be asked for subscriber and place.',
  }),
  latitude: element(decimal().optional(), { what: 'Latitude in degrees.', why: 'Puts the phone on a map.' }),
  longitude: element(decimal().optional(), { what: 'Longitude in degrees.', why: 'Puts the phone on a map.' }),
  additionalInfo,
});

const nonInternetIncident = group('NonInternetIncident', 'A place outside the net.', {
  locationName: element(text().optional(), {
    what: 'Name of the place.',
    why: 'Lets officers find it without an address.',
    maxLength: 255,
  }),
  incidentAddress: element(z.array(address).optional(), {
    what: 'Addresses of the place.',
    why: 'Names the door to knock on.',
  }),
  additionalInfo,
});

const peer2peerIncident = group('Peer2peerIncident', 'File sharing between users.', {
  client: element(text().optional(), {
    what: 'Name of the sharing program.',
    why: 'Each leaves traces of its own on a seized computer.',
    maxLength: 255,
  }),
  ipCaptureEvent: element(z.array(ipCaptureEvent).optional(), {
    what: 'Connections that offered or took the files.',
    why: 'The most direct way to a person: address, port and time together.',
  }),
  fileNames: element(text().optional(), {
    what: 'Names of the files shared.',
    why: 'Known names show what was shared before anybody opens it.',
  }),
  additionalInfo,
});

const kinds = {
  webPageIncident: element(webPageIncident.optional(), {
    what: 'It happened on a web page.',
    why: 'Leads to the host of the page.',
  }),
  emailIncident: element(emailIncident.optional(), {
    what: 'It happened by e-mail.',
    why: 'Leads to the providers of both mailboxes.',
  }),
  newsgroupIncident: element(newsgroupIncident.optional(), {
    what: 'It happened in a newsgroup or forum.',
    why: 'Leads to its operator and its other readers.',
  }),
  chatImIncident: element(chatImIncident.optional(), {
    what: 'It happened in a chat.',
    why: 'Leads to the service and the other people in the room.',
  }),
  onlineGamingIncident: element(onlineGamingIncident.optional(), {
    what: 'It happened in an online game.',
    why: 'Leads to the maker of game and console.',
  }),
  cellPhoneIncident: element(cellPhoneIncident.optional(), {
    what: 'It happened by mobile phone.',
    why: 'Leads to the operator.',
  }),
  nonInternetIncident: element(nonInternetIncident.optional(), {
    what: 'It happened outside the net.',
    why: 'Leads to a place.',
  }),
  peer2peerIncident: element(peer2peerIncident.optional(), {
    what: 'It happened by file sharing between users.',
    why: 'Leads to the connections that offered the files.',
  }),
};

export const internetDetails = choiceGroup(
  'InternetDetails',
  'One place where it happened.',
  { among: Object.keys(kinds), need: 'exactly-one' },
  kinds,
);

export type InternetDetails = z.infer<typeof internetDetails>;
