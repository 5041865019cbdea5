import * as z from 'zod/mini';
import { COLOR_ROLES, type ColorRole, type CustomColors, parseColor, THEME_NAMES } from '../domain/colors.ts';

const THEME_RULE = `must be one of ${THEME_NAMES.map((name) => `"${name}"`).join(', ')}`;
const COLOR_RULE =
  'must be a colour: a name such as "red" or "bright-blue", "#rrggbb", a number from 0 to 255, "default", "dim" or "bold"';

export const themeSchema = z.enum(THEME_NAMES, THEME_RULE);

const color = z.custom<NonNullable<CustomColors[ColorRole]>>(
  (value) => parseColor(value) !== null,
  COLOR_RULE,
);

/** The setting `colors`: a colour for any of the roles. */
export const colorsSchema = z.strictObject(
  Object.fromEntries(COLOR_ROLES.map((role) => [role, z.optional(color)])) as Record<
    ColorRole,
    z.ZodMiniOptional<typeof color>
  >,
);
