// The few pieces that every part of the schema is made of.
import type { XmlContent } from '../xml/index.ts';

/** An element of XML Schema; attributes that are undefined are left out. */
export function xs(
  name: string,
  attributes: Record<string, string | undefined>,
  ...children: XmlContent[]
): XmlContent {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ name: key, value }],
  );
  return { name: `xs:${name}`, attributes: given, children };
}

/** Types are spelt as NCMEC spells its own, since clients make code of them. */
export function typeName(group: string): string {
  return group.charAt(0).toLowerCase() + group.slice(1);
}

/** Words for people. */
export function document(text: string): XmlContent {
  return xs('annotation', {}, { ...xs('documentation', {}), children: [text] });
}

/** The same with line breaks and white space between elements, which a schema may hold anywhere but in its words. */
export function indent(content: XmlContent, margin = '\n'): XmlContent {
  if (content.children.length === 0 || content.children.some((child) => typeof child === 'string')) return content;
  const deeper = `${margin}  `;
  const children = content.children.flatMap((child) => [
    deeper,
    typeof child === 'string' ? child : indent(child, deeper),
  ]);
  return { ...content, children: [...children, margin] };
}
