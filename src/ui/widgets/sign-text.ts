import type { Sign } from '../../commands/help-legend.ts';
import type { Theme } from '../theme.ts';
import { timelineStyle } from './timeline-style.ts';

/** A sign of the legend in its style on the screen. */
export function signText(sign: Sign, theme: Theme): string {
  const { glyphs } = theme;
  switch (sign.kind) {
    case 'phase':
      return theme.phase(sign.phase)(glyphs.phase[sign.phase]);
    case 'timeline':
      return timelineStyle(sign.activity, theme)(glyphs.timeline[sign.activity].repeat(2));
    case 'pointer':
      return theme.accent(glyphs.pointer);
    case 'unseen':
      return theme.attention(glyphs.unseen);
    case 'marked':
      return theme.accent(glyphs.marked);
    case 'spark':
      return theme.phase('working')(glyphs.spark.join(''));
    case 'needs-you':
      return theme.strong('bold');
  }
}
