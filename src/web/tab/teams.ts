/** The host around the page, when there is one: its sign-in, theme and language. The library is loaded only then. */
import type { Theme } from "../../desk/protocol.ts";

export type Host = {
  theme: Theme | undefined;
  locale: string | undefined;
  onTheme(changed: (theme: Theme) => void): void;
  /** A fresh token of the organization's sign-in; the host keeps and renews it. */
  token(): Promise<string>;
};

/** A frame of somebody else never answers, so everything that is asked of a host has a time limit. */
const patienceMs = 5_000;
/** A person may have to answer a question of their organization's first. */
const signInMs = 60_000;

const soon = <T>(promise: Promise<T>, ms: number): Promise<T> =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error("the host does not answer")), ms)),
  ]);

const themes: Record<string, Theme> = {
  default: "light",
  light: "light",
  dark: "dark",
  glass: "dark",
  contrast: "contrast",
};

/** In a frame, or in a phone's own web view. */
const mayHaveHost = (): boolean => window.parent !== window || "nativeInterface" in window;

/** Undefined in a plain browser, and in frames that are no host. `origins`: hosts that are trusted besides Microsoft's. */
export async function meetTeams(origins: string[] = []): Promise<Host | undefined> {
  if (!mayHaveHost()) return undefined;
  try {
    const { app, authentication } = await import("@microsoft/teams-js");
    await soon(app.initialize(origins), patienceMs);
    const { theme, locale } = (await soon(app.getContext(), patienceMs)).app;
    app.notifyAppLoaded();
    app.notifySuccess();
    return {
      theme: themes[theme],
      locale,
      onTheme: (changed) => app.registerOnThemeChangeHandler((name) => changed(themes[name] ?? "light")),
      token: () => soon(authentication.getAuthToken(), signInMs),
    };
  } catch {
    return undefined;
  }
}
