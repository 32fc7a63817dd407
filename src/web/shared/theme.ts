/** Light, dark or high contrast, as the host, the address or the system wants it. */
import { setTheme } from "@fluentui/web-components/theme/set-theme.js";
import type { Theme } from "../../desk/protocol.ts";
import { systemTheme, themeLoaders } from "./themes.ts";

export { systemTheme };

/** Each theme is loaded when first wanted. Pages style themselves with the tokens (`var(--colorBrandBackground)`). */
export async function applyTheme(theme: Theme): Promise<void> {
  const { tokens } = await themeLoaders[theme]();
  setTheme(tokens);
  document.documentElement.dataset.theme = theme;
}

/** Calls back with the system's theme whenever it changes. */
export function onSystemTheme(changed: (theme: Theme) => void): void {
  for (const query of ["(forced-colors: active)", "(prefers-color-scheme: dark)"])
    matchMedia(query).addEventListener("change", () => changed(systemTheme()));
}
