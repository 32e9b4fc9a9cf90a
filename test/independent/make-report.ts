// Makes a CyberTipline report for the independent reader: sent as XML with some of what XML allows, with files of which two are described.
import type { Caller } from '../../lib/access.ts';
import type { Desk } from '../../lib/desk.ts';
import type { Json } from './json.ts';
import type { Files } from './receipt.ts';

export interface MadeReport {
  readonly referralId: string;
  readonly receipt: Json;
  readonly files: Files;
}

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a report of an example -->
<report xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://report.cybertip.org/ispws/xsd">
  <incidentSummary>
    <incidentType>Online Enticement of Children for Sexual Acts</incidentType>
    <incidentDateTime>2026-01-20T09:30:00Z</incidentDateTime>
  </incidentSummary>
  <internetDetails>
    <webPageIncident thirdPartyHostedContent='true'><url>https://example.org/?a=1&amp;b=2</url></webPageIncident>
  </internetDetails>
  <reporter>
    <reportingPerson>
      <phone type="Mobile">+1 202 555 0142</phone>
      <email verified=" 1 ">desk@example.org</email>
    </reportingPerson>
  </reporter>
  <personOrUserReported>
    <espIdentifier>0042</espIdentifier>
    <screenName><![CDATA[<Ola>]]></screenName>
  </personOrUserReported>
  <additionalInfo> =1+1 &#233;
and "more" </additionalInfo>
</report>
`;

const TEXTS = ['stated to be looked at', 'nothing is said of it', 'said not to be looked at'];

/** What is said of each of them. */
const SAID: readonly ((ids: string) => readonly [xml: string, details: object] | undefined)[] = [
  (ids) => [
    `\uFEFF<fileDetails>${ids}<originalFileName>a &lt;b&gt;.jpg</originalFileName><fileViewedByEsp> 1 </fileViewedByEsp></fileDetails>`,
    { originalFileName: 'a <b>.jpg', fileViewedByEsp: true },
  ],
  () => undefined,
  (ids) => [
    `<fileDetails>\r\n  ${ids}\r\n  <fileViewedByEsp>false</fileViewedByEsp>\r\n</fileDetails>`,
    { fileViewedByEsp: false },
  ],
];

async function* inOnePiece(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

/** @param finish whether it is finished, or left to its clock */
export async function report(desk: Desk, reporter: Caller, finish = true): Promise<MadeReport> {
  const original = Buffer.from(REPORT);
  const { referralId, reportId } = await desk.submitReport(reporter, original);
  const [attachments, details] = [new Map<string, Uint8Array>(), new Map<string, Json>()];
  for (const [n, text] of TEXTS.entries()) {
    const { fileId } = await desk.uploadFile(reporter, reportId, { name: `file ${n}.jpg` }, inOnePiece(text));
    const attachment = fileId.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    attachments.set(attachment, Buffer.from(text));
    const [xml, said] = SAID[n]?.(`<reportId>${reportId}</reportId><fileId>${fileId}</fileId>`) ?? [];
    if (xml === undefined) continue;
    await desk.describeFile(reporter, Buffer.from(xml));
    details.set(attachment, { reportId, fileId, ...(said as Record<string, Json>) });
  }
  if (finish) await desk.finishReport(reporter, reportId);
  const receipt = JSON.parse(JSON.stringify(await desk.receipt(reporter, referralId))) as Json;
  return { referralId, receipt, files: { original, document: DOCUMENT, attachments, details } };
}

const DOCUMENT: Json = {
  incidentSummary: {
    incidentType: 'Online Enticement of Children for Sexual Acts',
    incidentDateTime: '2026-01-20T09:30:00Z',
  },
  internetDetails: [{ webPageIncident: { thirdPartyHostedContent: true, url: ['https://example.org/?a=1&b=2'] } }],
  reporter: {
    reportingPerson: {
      phone: [{ value: '+1 202 555 0142', type: 'Mobile' }],
      email: [{ value: 'desk@example.org', verified: true }],
    },
  },
  personOrUserReported: [{ espIdentifier: '0042', screenName: '<Ola>' }],
  additionalInfo: ' =1+1 é\nand "more" ',
};
