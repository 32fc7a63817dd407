import { teamsDarkTheme, teamsHighContrastTheme, teamsLightTheme } from "@fluentui/tokens";
import type { Theme } from "../../desk/protocol.ts";

/** One page, one typeface: Teams' colours come without its list of fonts. */
const coloursOf = ({ fontFamilyBase: _, ...tokens }: typeof teamsLightTheme) => tokens;

export const teamsThemes = {
  light: coloursOf(teamsLightTheme),
  dark: coloursOf(teamsDarkTheme),
  contrast: coloursOf(teamsHighContrastTheme),
} satisfies Record<Theme, object>;
