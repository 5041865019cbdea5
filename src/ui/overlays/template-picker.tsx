import { Box, Text } from 'ink';
import SelectInput from 'ink-select-input';
import { compose } from '../../commands/tasks.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import type { Extent } from '../../store/geometry.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';

/** Chooses what a new task is made from. */
export function TemplatePicker({ state, extent }: { readonly state: State; readonly extent: Extent }) {
  const { context, theme } = useDeck();
  const templates = state.templates ?? [];
  const columns = extent.width - 6;
  const items = templates.map((template) => {
    const name = sanitiseLine(template.displayName || template.name);
    const description = sanitiseLine(template.description);
    return {
      key: template.id,
      label: truncate(description === '' ? name : `${name} · ${description}`, columns),
      value: template,
    };
  });
  return (
    <Box
      flexDirection="column"
      width={extent.width}
      height={extent.height}
      paddingX={2}
      paddingY={1}
      overflow="hidden"
    >
      <Text wrap="truncate">
        {theme.title(state.templates === null ? 'Asking for templates…' : 'New task from which template?')}
      </Text>
      <Box marginTop={1}>
        <SelectInput
          items={items}
          limit={Math.max(1, extent.height - 5)}
          onSelect={({ value }) => compose(context.store, value)}
        />
      </Box>
    </Box>
  );
}
