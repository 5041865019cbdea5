import { Box, Text } from 'ink';
import { moveFound, openFound } from '../../commands/find.ts';
import { overlayField } from '../../store/overlay-field.ts';
import { FRAME_SIZE } from '../../view/layout/geometry.ts';
import { FIND_TITLE, findFrame, foundRows, foundTop, foundWords } from '../../view/overlays/find-rows.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { useRegion } from '../hooks/mouse.ts';
import { useAnnouncement } from '../hooks/use-announcement.ts';
import { Lines } from '../widgets/lines.tsx';
import { TextField } from '../widgets/text-field.tsx';
import type { PickerPlacement } from './picker.tsx';

/** The search through all stored conversations, over both panes. */
export function FindPane({ state, extent, x, y }: PickerPlacement) {
  const { theme, context } = useAppContext();
  const buffer = overlayField(state);
  const { width, height } = extent;
  useAnnouncement(`${FIND_TITLE}. Type words, up and down, enter chooses a message, escape goes back.`);
  useAnnouncement(foundWords(state));
  useRegion({
    x,
    y,
    ...extent,
    onTop: true,
    click(_, row) {
      const { messages } = state.conversationSearch.results;
      // The frame and the field come first.
      const at = row - 2;
      const message = at >= 0 && at < foundRows(height) ? messages[foundTop(state, height) + at] : undefined;
      if (message === undefined) return;
      context.store.dispatch({ type: 'found-message-selected', key: message.key });
      openFound(context);
    },
    wheel: (step) => moveFound(context.store, step),
  });
  const inside = width - FRAME_SIZE;
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Lines lines={findFrame(state, extent, theme)} width={width} height={height} />
      <Box position="absolute" marginLeft={1} marginTop={1} width={inside} height={1} overflow="hidden">
        <Text>{theme.accent(' / ')}</Text>
        {buffer !== null && (
          <TextField
            buffer={buffer}
            width={inside - 4}
            x={x + 4}
            y={y + 1}
            label="search all>"
            placeholder="words"
          />
        )}
      </Box>
    </Box>
  );
}
