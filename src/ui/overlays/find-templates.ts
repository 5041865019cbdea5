import type { Template } from '../../domain/ports.ts';

/** The templates that hold every one of these words in what a person reads of them. Case does not matter. */
export function findTemplates(templates: readonly Template[], text: string): readonly Template[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return templates;
  return templates.filter(({ name, displayName, description, organizationName }) => {
    const texts = [name, displayName, description, organizationName].join('\n').toLowerCase();
    return words.every((word) => texts.includes(word));
  });
}
