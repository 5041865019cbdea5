/** The text of a message's content in OpenAI's and Anthropic's forms: a string, or a list of blocks. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((block: unknown) => {
      if (typeof block !== 'object' || block === null) return '';
      if ('text' in block && typeof block.text === 'string') return block.text;
      return 'content' in block ? textOf(block.content) : '';
    })
    .join('\n');
}
