// XML in and out: what others send is read by libxml2, what we send is written here.
// Always true: text stays text; no DTD, no entity but the five that XML itself has.
export type { XmlAttribute, XmlContent, XmlElement } from './element.ts';
export { readXml, XML_LIMITS } from './read.ts';
export { writeXml } from './write.ts';
