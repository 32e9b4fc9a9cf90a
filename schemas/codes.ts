// The closed lists. CyberTipline's hold exactly the values of NCMEC's XSD; ours follow below them.
// Always true: a value is written as listed; spelling and case count.

const COUNTRY_WORDS = [
  'AD AE AF AG AI AL AM AN AO AP AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY',
  'BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CX CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET EU FI FJ FK FM',
  'FO FR FX GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT',
  'JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO',
  'MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY',
  'QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO',
  'TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW',
].join(' ');

const STATE_WORDS = [
  'AK AL AR AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK',
  'OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY',
].join(' ');

const NOT_ISO = 'AN AP EU FX XK'.split(' ');

/** NCMEC's countries: blank, three codes of its own (anonymous proxy, satellite, other), and two-letter codes. */
export const CYBERTIP_COUNTRIES = ['', 'A1', 'A2', 'O1', ...COUNTRY_WORDS.split(' ')];
/** ISO 3166-1 alpha-2, and nothing else. */
export const COUNTRIES = COUNTRY_WORDS.split(' ').filter((code) => !NOT_ISO.includes(code));
/** US states and territories, without the blank that NCMEC also lists. */
export const US_STATES = STATE_WORDS.split(' ');
export const CYBERTIP_STATES = ['', ...US_STATES];

export const INCIDENT_TYPES = [
  'Child Pornography (possession, manufacture, and distribution)',
  'Child Sex Trafficking',
  'Child Sex Tourism',
  'Child Sexual Molestation',
  'Misleading Domain Name',
  'Misleading Words or Digital Images on the Internet',
  'Online Enticement of Children for Sexual Acts',
  'Unsolicited Obscene Material Sent to a Child',
] as const;
export const BATCH_REASONS = ['VIRAL_POTENTIAL_MEME'] as const;
export const ADDRESS_TYPES = ['Home', 'Business', 'Billing', 'Shipping', 'Technical'] as const;
export const EMAIL_TYPES = ['Home', 'Work', 'Business', 'Recovery'] as const;
export const PHONE_TYPES = ['Mobile', 'Home', 'Business', 'Work', 'Fax', 'Internet', 'Recovery'] as const;
export const EVENT_NAMES = ['Login', 'Registration', 'Purchase', 'Upload', 'Other', 'Unknown'] as const;
export const ACCOUNT_TYPES = ['Billing', 'Linked', 'Business', 'Creator', 'Parent/Guardian', 'Other'] as const;
export const FILE_RELEVANCES = ['Reported', 'Supplemental Reported'] as const;
export const FILE_CLASSIFICATIONS = ['A1', 'A2', 'B1', 'B2'] as const;
export const DETAIL_TYPES = ['EXIF', 'HASH'] as const;

export const MEMBER_ROLES = ['owner', 'admin', 'moderator', 'member', 'unknown'] as const;
export const CLOCK_SOURCES = ['platformServer', 'device', 'observer', 'fileMetadata', 'thirdParty', 'unknown'] as const;
export const VIEW_EXTENTS = ['full', 'partial', 'thumbnail', 'none'] as const;
export const LINK_KINDS = [
  'inviteAggregator',
  'appStoreListing',
  'searchResult',
  'socialPost',
  'advertisement',
  'forumPost',
  'other',
] as const;
export const HANDLING_CODES = ['H0', 'H1', 'H2', 'H3'] as const;
export const SOURCE_EVALUATIONS = ['A', 'B', 'C', 'X'] as const;
export const INFORMATION_EVALUATIONS = ['1', '2', '3', '4'] as const;
export const HINT_BASES = ['ip', 'phone', 'address', 'account', 'platform', 'language', 'statement', 'other'] as const;
export const RELATIONS = [
  'samePerson',
  'sameGroup',
  'sameFile',
  'supplements',
  'replaces',
  'duplicateOf',
  'other',
] as const;
export const DETECTION_CONTEXTS = [
  'userReport',
  'proactiveDetection',
  'trainingData',
  'webCrawl',
  'observation',
  'other',
] as const;
export const POSSESSIONS = ['held', 'none'] as const;
export const OTHER_ROLES = ['witness', 'uninvolved', 'guardian', 'unknown'] as const;
export const BASIS_KINDS = ['person', 'model', 'hashBank'] as const;
export const REPORT_FLAGS = [
  'sextortion',
  'csamSolicitation',
  'minorToMinorInteraction',
  'spam',
  'sadisticOnlineExploitation',
  'informational',
  'potentialAggravatingFactors',
  'instrumentalUse',
] as const;
export const FILE_FLAGS = [
  'animeDrawingVirtualHentai',
  'potentialMeme',
  'viral',
  'possibleSelfProduction',
  'physicalHarm',
  'violenceGore',
  'bestiality',
  'liveStreaming',
  'infant',
  'generativeAi',
] as const;

/** What kind of authority an agency is: some handling codes depend on it. */
export const AGENCY_KINDS = ['police', 'judicial', 'other'] as const;
export type AgencyKind = (typeof AGENCY_KINDS)[number];
/** What a packet is for; for triage it holds no victim identifiers and no files. */
export const PACKET_ROLES = ['investigation', 'triage'] as const;
export type PacketRole = (typeof PACKET_ROLES)[number];
/** Profiles of packets (lib/profile). */
export const PROFILES = ['general', 'europol', 'ncmec', 'national', 'court', 'e-evidence'] as const;
export type ProfileName = (typeof PROFILES)[number];
/** Languages of the PDF's own words: BCP 47 (lib/summary/language). */
export const LANGUAGES = ['en', 'fr', 'es', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Bodies of law under which a referral is reported and kept (lib/regime). */
export const REGIMES = ['US', 'UK', 'EU', 'CA'] as const;
export type RegimeName = (typeof REGIMES)[number];
/** What clears: the material is not illegal, or a person has nothing to do with it. */
export const CLEARANCES = ['not-illegal', 'innocent'] as const;
export type Clearance = (typeof CLEARANCES)[number];

/** How a packet is encrypted to its agency; where an agency has several keys, the first of these that it has one for. */
export const ENCRYPTIONS = ['age', 'cms', 'openpgp'] as const;
export type EncryptionMethod = (typeof ENCRYPTIONS)[number];
