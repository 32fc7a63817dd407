/**
 * What runs first: small, so that everything that the first view needs is asked for at once and side by side, while the
 * rest of the script is still on its way: facts, words and theme.
 */
import { readDeskAddress } from "../../desk/protocol.ts";
import type { DeskView } from "../../views.ts";
import { ask } from "../shared/http.ts";
import { pickLanguage } from "../shared/languages.ts";
import { systemTheme, themeLoaders } from "../shared/themes.ts";
import { recall } from "./kept.ts";
import { loaders } from "./speech.ts";

export const address = readDeskAddress(location.href);
history.replaceState(null, "", location.pathname + location.search);

const ignored = () => {}; // whoever needs it asks again, and hears what is wrong
loaders[pickLanguage([address.language, ...navigator.languages])]().catch(ignored);
themeLoaders[address.theme ?? systemTheme()]().catch(ignored);

const token = address.token ?? recall<string>("token");
let first = token === undefined ? undefined : { token, view: ask<DeskView>("/v1/desk", { token }) };
first?.view.catch(ignored);

/** The facts that were asked for before anything else was there: once, and only for the token that asked. */
export function takeFirstView(token: string | undefined): Promise<DeskView> | undefined {
  const taken = first;
  first = undefined;
  return taken?.token === token ? taken?.view : undefined;
}
