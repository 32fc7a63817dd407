/** How cards look: the renderer's settings, with the colours of the Fluent theme in force. */
import type { Theme } from "../../desk/protocol.ts";

/** The renderer wants colours, not variables, in some places; these are Teams' own. */
const colours: Record<
  Theme,
  { text: string; subtle: string; accent: string; good: string; warning: string; attention: string; emphasis: string }
> = {
  light: {
    text: "#242424",
    subtle: "#616161",
    accent: "#5b5fc7",
    good: "#0e700e",
    warning: "#8a5d00",
    attention: "#b10e1c",
    emphasis: "#f5f5f5",
  },
  dark: {
    text: "#ffffff",
    subtle: "#adadad",
    accent: "#7f85f5",
    good: "#54b054",
    warning: "#faa06b",
    attention: "#dc626d",
    emphasis: "#1f1f1f",
  },
  contrast: {
    text: "#ffffff",
    subtle: "#ffffff",
    accent: "#1aebff",
    good: "#3ff23f",
    warning: "#ffff01",
    attention: "#ffff01",
    emphasis: "#000000",
  },
};

export function hostConfig(theme: Theme): object {
  const { text, subtle, accent, good, warning, attention, emphasis } = colours[theme];
  const shade = (colour: string) => ({ default: colour, subtle: colour === text ? subtle : colour });
  const foregroundColors = {
    default: shade(text),
    accent: shade(accent),
    good: shade(good),
    warning: shade(warning),
    attention: shade(attention),
    light: shade(subtle),
    dark: shade(text),
  };
  return {
    fontFamily: "inherit",
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
    separator: { lineThickness: 1, lineColor: subtle },
    containerStyles: {
      default: { backgroundColor: "transparent", foregroundColors },
      emphasis: { backgroundColor: emphasis, foregroundColors },
    },
    // Below the heading of the column that the card stands in.
    textBlock: { headingLevel: 3 },
    factSet: {
      title: { weight: "default", isSubtle: true, maxWidth: 140, wrap: true },
      value: { wrap: true },
      spacing: 12,
    },
    actions: {
      maxActions: 6,
      spacing: "default",
      buttonSpacing: 6,
      showCard: { actionMode: "inline", inlineTopMargin: 8 },
      actionsOrientation: "horizontal",
      actionAlignment: "left",
    },
    supportsInteractivity: true,
  };
}
