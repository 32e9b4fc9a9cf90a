// XML from outside: what is read, what is refused and how fast, and that nothing is fetched or expanded.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { diag, XmlDocument } from 'libxml2-wasm';
import { DeskError } from '../../../lib/errors.ts';
import { readXml, XML_LIMITS, type XmlElement } from '../../../lib/formats/xml/index.ts';
import { workOf } from '../../work.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);

async function refusal(document: string | Uint8Array): Promise<string | undefined> {
  try {
    await readXml(typeof document === 'string' ? encode(document) : document);
    return undefined;
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    const [finding] = error.findings;
    return finding === undefined ? error.code : `${error.code} ${finding.code} ${finding.line ?? 0}`;
  }
}

/** What libxml2 itself sees. */
function hasDtd(document: string): boolean {
  try {
    const parsed = XmlDocument.fromString(document);
    const has = parsed.dtd !== null;
    parsed.dispose();
    return has;
  } catch {
    return false;
  }
}

const text = async (document: string | Uint8Array): Promise<XmlElement['children']> =>
  (await readXml(typeof document === 'string' ? encode(document) : document)).children;

describe('an XML document', () => {
  it('comes as elements, attributes and text, with its lines', async () => {
    expect(await readXml(encode('<a b="1"\n x:c="2" xmlns:x="urn:x">\n<x:d/>t</a>'))).toEqual({
      name: 'a',
      namespace: '',
      line: 2,
      attributes: [
        { name: 'b', namespace: '', value: '1' },
        { name: 'c', namespace: 'urn:x', value: '2' },
      ],
      children: ['\n', { name: 'd', namespace: 'urn:x', line: 3, attributes: [], children: [] }, 't'],
    });
  });

  it('has one text where comments, instructions and CDATA stood between', async () => {
    expect(await text('<a>1<!-- x -->2<?p?>3<![CDATA[<4>]]>&lt;5&#x36;<?p?></a>')).toEqual(['123<4><56']);
    expect((await readXml(encode('<?p?><a>1<?p?><b/>2<?p?></a><?p?>'))).children).toMatchObject([
      '1',
      { name: 'b' },
      '2',
    ]);
    expect(await readXml(encode('<a><![CDATA[]]></a>'))).toMatchObject({ children: [], hasCData: true });
  });

  it.each([
    '\ufeffa byte order mark inside',
    '\ufeff\ufeffé😀 twice, and more',
    '\ufeff',
    'ends with one \ufeff',
    '\u0085\u2028 line ends of others',
  ])('keeps every character of its texts: %j', async (kept) => {
    expect(await readXml(encode(`\ufeff<a b="${kept}">${kept}</a>`))).toMatchObject({
      attributes: [{ value: kept }],
      children: [kept],
    });
  });

  it('keeps a character that is written as a reference', async () => {
    expect(await text(`<a>&#xFEFF;${'x'.repeat(40)}</a>`)).toEqual([`\ufeff${'x'.repeat(40)}`]);
    expect(await readXml(encode(`<\ufeffincidentSummary/>`))).toMatchObject({ name: '\ufeffincidentSummary' });
  });

  it.each([
    '<?xml version="1.0"?>',
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<?xml version='1.0' encoding='utf-8' standalone='yes'?>",
    '\ufeff<?xml version="1.0" encoding="UTF-8"?>',
    '<?xml version="1.0" encoding="US-ASCII"?>',
    '<!-- encoding="latin1" --><?p encoding="latin1"?>',
    '\ufeff',
  ])('may begin with %j', async (start) => {
    expect(await text(`${start}<a>x</a>`)).toEqual(['x']);
  });

  it.each<[string, string | Uint8Array]>([
    ['a declared ISO-8859-1', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>'],
    ['a declared UTF-16', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
    ['a declared UTF-7', "<?xml version='1.0'\n encoding = 'utf-7' ?><a/>"],
    ['US-ASCII with other bytes', '<?xml version="1.0" encoding="us-ascii"?><a>é</a>'],
    ['bytes of ISO-8859-1', latin1('<a>é</a>')],
    ['UTF-16 with a byte order mark', utf16('\ufeff<a/>')],
    ['UTF-16 without', utf16('<a/>')],
    ['UTF-16 with a declaration', utf16('<?xml version="1.0"?><a/>')],
    ['half a character', encode('<a>é</a>').filter((byte) => byte !== 0xa9)],
  ])('is refused for its encoding: %s', async (_what, document) => {
    expect(await refusal(document)).toBe('input/malformed encoding 1');
  });

  it.each([
    ['', 1],
    [' ', 1],
    ['x', 1],
    ['<a>', 1],
    ['<a>\n</b>', 2],
    ['<a/><b/>', 1],
    ['<a/>x', 1],
    ['<a b="1" b="2"/>', 1],
    ['<a b=1/>', 1],
    ['<a>&nbsp;</a>', 1],
    ['<a>\n\n&lol;</a>', 3],
    ['<x:a/>', 1],
    ['<a>\0</a>', 1],
    ['<a>\u0001</a>', 1],
    ['<a>\u000b</a>', 1],
    ['<a>\ufffe</a>', 1],
    ['<a>&#0;</a>', 1],
    ['<a>&#x1F;</a>', 1],
    ['<a>]]></a>', 1],
    ['<?xml version="2.0"?><a/>', 1],
    [' <?xml version="1.0"?><a/>', 1],
  ])('is refused when it is not well-formed: %j', async (document, line) => {
    expect(await refusal(document)).toBe(`input/malformed not-well-formed ${line}`);
  });

  it('is refused with any DTD, before an entity could matter', async () => {
    const lol = Array.from({ length: 20 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    for (const inner of [
      `[<!ENTITY l0 "lol">${lol}]`,
      '[<!ENTITY x SYSTEM "file:///etc/passwd">]',
      '[<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]',
      'SYSTEM "http://127.0.0.1:9/x.dtd"',
      '',
    ])
      expect(await refusal(`<!-- <a> -->\n<?p ?><!DOCTYPE a ${inner}><a>&l20;</a>`)).toBe('input/malformed dtd 2');
  });

  it.each([
    '<!--><?x --><!DOCTYPE a [<!ENTITY who "Ada">]><a>the victim is &who; ?></a>',
    '<!--><?x --><!DOCTYPE a [<!ENTITY h "Home">]><a type="&h;"> ?></a>',
    '<!--><?x --><!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a> ?></a>',
    '<!---><?x --><!DOCTYPE a><a> ?></a>',
  ])('is refused with a DTD that what stands before it should hide: %j', async (document) => {
    expect(await refusal(document)).toBe('input/malformed dtd 1');
    expect(await refusal(document.replace('<!DOCTYPE', '\n<!DOCTYPE'))).toBe('input/malformed dtd 2');
  });

  it('with a DTD for libxml2 is refused, whatever it begins with', async () => {
    const piece = fc.constantFrom(
      '<!-->',
      '<!--->',
      '<!--',
      '-->',
      '--->',
      '<?x ',
      '<?',
      '?>',
      '?',
      '\n',
      '<!DOCTYPE a>',
    );
    const prolog = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    let withDtd = 0;
    await fc.assert(
      fc.asyncProperty(prolog, async (start) => {
        const document = `${start}<!DOCTYPE a [<!ENTITY who "Ada">]><a b="&who;">&who; ?>--></a>`;
        if (!hasDtd(document)) return;
        withDtd++;
        expect([start, await refusal(document)]).toEqual([start, expect.stringMatching(/^input\/malformed dtd/)]);
      }),
      { seed: 20261126, numRuns: 5000 },
    );
    expect(withDtd).toBeGreaterThan(100);
  });

  it('is refused when it is nested too deeply, however deep', async () => {
    expect(await refusal(nested(XML_LIMITS.depth))).toBeUndefined();
    for (const document of [nested(XML_LIMITS.depth + 1), nested(300), nested(50_000), '<a>'.repeat(50_000)])
      expect(await refusal(document)).toBe('input/malformed too-deep 1');
  });

  it('is refused when it has more tags or attributes than are held at once', async () => {
    const attributes = Array.from({ length: XML_LIMITS.attributes + 1 }, (_, n) => ` a${n}=""`).join('');
    expect(await refusal(`<a>${'<b/>'.repeat(XML_LIMITS.tags)}</a>`)).toBe('input/too-large');
    expect(await refusal(`<a${attributes}/>`)).toBe('input/too-large');
    expect(await refusal('<'.repeat(5_000_000))).toBe('input/too-large');
  });

  it('is refused as too large when one text, value or comment is over 10 million bytes', async () => {
    const long = 'x'.repeat(10_000_001);
    for (const document of [
      `<a>${long}</a>`,
      `<a><!--${long}--></a>`,
      `<a><![CDATA[${long}]]></a>`,
      `<a b="${long}"/>`,
    ])
      expect(await refusal(document)).toBe('input/too-large');
  });

  it.each([
    ['<a>1<?p\n\n?><b/>\n&x;</a>', 4],
    ['<a><?xml version="1.0"?></a>', 1],
    ['<a>\n<?XmL?></a>', 2],
    ['<a><?a:b?></a>', 1],
    ['<a><?1?></a>', 1],
    ['<a><?\u00b5?></a>', 1],
    ['<a><? p?></a>', 1],
    ['<a><?p!?></a>', 1],
    ['<a><?p \u0001?></a>', 1],
    ['<a><?p></a>', 1],
    ['<a b="<?p?>"/>', 1],
    ['<a <?p?>/>', 1],
    ['<a&#xFEFF;/>', 1],
    ['<a>&#XFEFF;</a>', 1],
    ['\ufeff\ufeff<a/>', 1],
  ])('is refused for an instruction or a mark that XML does not allow there: %j', async (document, line) => {
    expect(await refusal(document)).toBe(`input/malformed not-well-formed ${line}`);
  });

  it('keeps what only looks like an instruction or a reference', async () => {
    expect(
      await text('<a><!--<?p--><![CDATA[<?p?>&#xFEFF;]]><?p <!-- <![CDATA[ ?>\ufeff&#65279;\u3400&#x3401;</a>'),
    ).toEqual(['<?p?>&#xFEFF;\ufeff\ufeff\u3400\u3401']);
    expect(await readXml(encode('<?xml-stylesheet?><a><?é x?>1<?p\n?>\n<b/></a>'))).toMatchObject({
      children: ['1\n', { name: 'b', line: 3 }],
    });
  });

  it.each<[string, number, (count: number) => string]>([
    ['texts and comments beside one instruction', 32_000, (count) => `<a><?a?>${'a<!---->'.repeat(count)}</a>`],
    ['instructions', 100_000, (count) => `<a>${'<?a?>'.repeat(count)}</a>`],
    ['instructions between texts', 100_000, (count) => `<a>${'a<?a?>'.repeat(count)}</a>`],
    ['CDATA sections', 100_000, (count) => `<a>${'<![CDATA[a]]>'.repeat(count)}</a>`],
    ['marks', 60_000, (count) => `<a>${'<b>\ufeff and more than 16</b>'.repeat(count)}</a>`],
  ])('of four times as many %s costs no more than some ten times as much', async (_what, count, make) => {
    const [few, many] = [encode(make(count / 4)), encode(make(count))];
    const quarter = await workOf(() => readXml(few), 3);
    expect(await workOf(() => readXml(many), 2)).toBeLessThan(10 * quarter + 200);
  });

  const huge = 20_000_000;
  it.each<[string, string]>([
    ['long values', `<a ${Array.from({ length: 20 }, (_, n) => `a${n}="${'x'.repeat(huge / 20)}"`).join(' ')}/>`],
    ['references', `<a>${'&amp;'.repeat(huge / 5)}`],
    ['comments that never end', `<!--${' <!--'.repeat(190_000)}`],
    ['instructions before a DTD', `${'<?p?>'.repeat(190_000)}<!DOCTYPE a>`],
    ['white space before what is no value', `=${' '.repeat(huge)}`],
    ['the same attribute', `<a ${'b=""'.repeat(70_000)}/>`],
  ])(
    'made of %s is refused with the work of a good one of its size, or some ten times that',
    async (_what, document) => {
      const piece = `<b c="1">${'x'.repeat(1000)}</b>`;
      const good = encode(`<a>${piece.repeat(document.length / piece.length)}</a>`);
      const ofGood = await workOf(() => readXml(good), 2);
      const bad = encode(document);
      let refused: string | undefined;
      const ofBad = await workOf(async () => (refused = await refusal(bad)), 2);
      expect(ofBad).toBeLessThan(10 * ofGood + 200);
      expect(refused).toMatch(/^input\/(?:malformed|too-large)/);
    },
  );

  it('never names what was sent in what it says', async () => {
    const error: unknown = await readXml(encode('<secret>\n<other></secret>')).catch((cause: unknown) => cause);
    expect(JSON.stringify([error, (error as DeskError).message, (error as DeskError).findings])).not.toMatch(
      /secret|other/,
    );
  });

  it('cut anywhere is refused as malformed, and nothing else', async () => {
    const bytes = encode('\ufeff<?xml version="1.0" encoding="UTF-8"?><!-- é --><a b="😀"><![CDATA[x]]>&amp;<c/></a>');
    for (let end = 0; end < bytes.length; end++)
      expect([end, await refusal(bytes.subarray(0, end))]).toEqual([end, expect.stringMatching(/^input\/malformed/)]);
  });

  it('of any bytes is read or refused, and never anything else', async () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      ' b="',
      '"',
      '&',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '\0',
      '\ufeff',
      '<!DOCTYPE',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(piece, { maxLength: 20 }).map((parts) => encode(parts.join(''))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (document) => {
        expect((await refusal(document)) ?? 'input/malformed').toMatch(/^input\/malformed/);
      }),
      { seed: 20261122, numRuns: 2000 },
    );
  });

  it("gives libxml2's memory back, read or refused", async () => {
    diag.configure({ enabled: true });
    for (const document of ['<a>\ufeff</a>', '<a>', nested(65), '<!DOCTYPE a><a/>', '<a>&x;</a>'])
      await refusal(document);
    expect(diag.report()).toEqual({});
    diag.configure({ enabled: false });
  });
});
