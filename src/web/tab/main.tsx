/** Puts the expert's page together: host, token, store, feed, theme and language. */
import "../shared/fluent.ts";
import "../shared/styles.ts";
import "./tab.css";
import { render } from "preact";
import { readDeskAddress, type Theme } from "../../desk/protocol.ts";
import { follow } from "../shared/events.ts";
import { ask } from "../shared/http.ts";
import { loadSpeech, pickLanguage, SpeechContext } from "../shared/language.ts";
import { createStore } from "../shared/store.ts";
import { applyTheme, onSystemTheme, systemTheme } from "../shared/theme.ts";
import { createActs } from "./acts.ts";
import { createTabApi } from "./api.ts";
import { App } from "./app.tsx";
import { TabContext } from "./context.ts";
import { loaders } from "./speech.ts";
import { initialTab, reduceTab } from "./state.ts";
import { meetTeams } from "./teams.ts";
import { holdSession, holdToken, type TokenHolder } from "./token.ts";

const address = readDeskAddress(location.href);
history.replaceState(null, "", location.pathname + location.search);

const tab = createStore(reduceTab, initialTab);
let holder: TokenHolder = holdToken(address.token, undefined);
const api = createTabApi(async () => (holder.isSession ? { session: "expert" } : { token: await holder.get() }));
const acts = createActs(tab, api, () => holder.refused());

let wantedTheme: Theme | undefined = address.theme;
const dress = (theme = wantedTheme ?? systemTheme()) => applyTheme(theme);
onSystemTheme(() => void dress());

async function speak(locale: string | undefined) {
  const wanted = [locale, ...navigator.languages];
  const language = pickLanguage(wanted);
  const speech = await loadSpeech(
    loaders,
    language,
    wanted.find((tag) => tag?.startsWith(language)),
  );
  document.documentElement.lang = language;
  render(
    <SpeechContext.Provider value={speech}>
      <TabContext.Provider value={{ tab, acts, speech }}>
        <App />
      </TabContext.Provider>
    </SpeechContext.Provider>,
    document.body,
  );
}

/**
 * The host's theme and language come with its answer; the page is drawn before. Who may be a host at all is decided by
 * the page's `frame-ancestors`; the address only names one that is none of Microsoft's.
 */
async function signIn() {
  if (address.token) return;
  const host = await meetTeams(address.host ? [address.host] : []);
  if (!host) return signInHere();
  holder = holdToken(undefined, host);
  wantedTheme = host.theme ?? wantedTheme;
  host.onTheme((theme) => {
    wantedTheme = theme;
    void dress();
  });
  await Promise.all([dress(), host.locale && speak(host.locale)]);
  if (!(await holder.get())) tab.send({ type: "phase", phase: "refused" });
}

/** A plain browser: whoever has signed in with their organization before is still. In somebody's frame nobody is. */
async function signInHere() {
  if (window.parent !== window) return;
  const isKnown = await ask("/v1/me", { session: "expert" }).then(
    () => true,
    () => false,
  );
  if (isKnown) holder = holdSession(() => tab.send({ type: "phase", phase: "outside" }));
}

/** Every change that concerns this person is told there; what exactly is read from their own view. */
function followService(me: string) {
  follow(() => `/v1/live?${new URLSearchParams({ people: me })}`, {
    headers: (): Record<string, string> =>
      holder.isSession ? { "x-patchcord-session": "expert" } : { authorization: `Bearer ${holder.now() ?? ""}` },
    event: ({ event }) => event !== "hello" && acts.look(),
    open() {
      tab.send({ type: "connection", live: true, at: Date.now() });
      acts.look();
    },
    lost(status) {
      tab.send({ type: "connection", live: false, at: Date.now() });
      if (status === 401) void holder.refused();
    },
  });
}

await Promise.all([dress(), speak(address.language)]);
await signIn();
let isFollowing = false;
tab.watch(() => {
  const me = tab.get().view?.me.personId;
  if (!me || isFollowing) return;
  isFollowing = true;
  followService(me);
});
if (holder.isSession || holder.now()) await acts.load();
else if (tab.get().phase === "signing-in") tab.send({ type: "phase", phase: "outside" });
