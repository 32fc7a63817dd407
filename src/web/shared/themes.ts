/** The themes that there are, and which the system asks for. Needs nothing else, so that it can be known first. */
import type { Theme } from "../../desk/protocol.ts";

export const themeLoaders = {
  light: () => import("./themes/light.ts"),
  dark: () => import("./themes/dark.ts"),
  contrast: () => import("./themes/contrast.ts"),
};

/** What the system asks for. */
export function systemTheme(): Theme {
  if (matchMedia("(forced-colors: active)").matches) return "contrast";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
