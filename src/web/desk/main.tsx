/** Puts the desk together: host window, token, stores, acts, feed, theme and language. */
import "../shared/fluent.ts";
import { render } from "preact";
import type { HostMessage, Theme } from "../../desk/protocol.ts";
import { loadSpeech, pickLanguage, SpeechContext } from "../shared/language.ts";
import { createStore } from "../shared/store.ts";
import { applyTheme, onSystemTheme, systemTheme } from "../shared/theme.ts";
import { createActs } from "./acts.ts";
import { createApi } from "./api.ts";
import { App } from "./app.tsx";
import { attentionOf } from "./attention.ts";
import { DeskContext } from "./context.ts";
import { address, takeFirstView } from "./early.ts";
import { runErrands } from "./errands.ts";
import { initialFinder, reduceFinder } from "./finder-state.ts";
import { meetHost } from "./host.ts";
import { createJoining } from "./joining.tsx";
import { keep, recall } from "./kept.ts";
import { type Lead, takeTurns } from "./lead.ts";
import { followService } from "./live.ts";
import { createPhotos } from "./photos.ts";
import { createReplyBox } from "./reply-box.ts";
import { createSignIn } from "./sign-in.ts";
import { loaders, type Speech } from "./speech.ts";
import { initialDesk, reduceDesk } from "./state.ts";
import { holdToken } from "./token.ts";

const canSignIn = address.tenant !== undefined && document.documentElement.dataset.signIn === "own";
/** How long we wait for a token before saying where it should come from; less where the agent can sign in from here. */
const patienceMs = !canSignIn ? 6000 : address.host ? 2000 : 0;

const desk = createStore(
  reduceDesk,
  initialDesk({
    questions: recall("questions") ?? {},
    dismissed: recall("dismissed") ?? [],
    drafts: recall("drafts") ?? {},
    used: recall("used") ?? [],
    chosen: recall("chosen"),
  }),
);
const finder = createStore(reduceFinder, initialFinder);
desk.watch(() => {
  const { questions, dismissed, drafts, used, chosen } = desk.get();
  keep("questions", questions);
  keep("dismissed", dismissed);
  keep("drafts", drafts);
  keep("used", used);
  keep("chosen", chosen);
});

const host = meetHost(address.host, hear);
const api = createApi(
  { get: () => token.get(), replaced: (old) => token.replaced(old), accepted: () => token.accepted() },
  takeFirstView,
);
const token = holdToken({
  renew: () => api.renewToken(),
  missing: (why) => {
    host.tell({ type: "renew-token", why });
    desk.send({ type: "signing-in" });
    setTimeout(() => token.get() ?? desk.send({ type: why === "missing" ? "signed-out" : "expired" }), patienceMs);
  },
  arrived: () => void start(),
});
const refused = () => token.refused();
const acts = createActs({ desk, finder }, api, refused);

const photos = createPhotos(api);
const signIn =
  address.tenant === undefined
    ? undefined
    : createSignIn({ tenant: address.tenant, api, take: (next) => token.take(next), failed: acts.signInFailed });
if (canSignIn) desk.send({ type: "can-sign-in" });
const replyBox = createReplyBox(host.tell);
const joining = createJoining();
const errands = runErrands(api, host.tell, crypto.randomUUID());
desk.watch(() => errands.look(desk.get().consults));

let feed: ReturnType<typeof followService> | undefined;
let lead: Lead | undefined;
const takeLead = () => lead?.take();
async function start() {
  await acts.begin();
  const { agent } = desk.get();
  if (agent) lead ??= takeTurns(agent.personId, (leads) => desk.send({ type: "leads", leads }));
  feed?.stop();
  const reload = () => void acts.load().then(() => acts.find({ asked: false }));
  feed = followService({ desk, finder, token: () => token.get(), reload, refused });
}

function hear(message: HostMessage) {
  if (message.type === "token") token.take(message.token);
  if (message.type === "platform-token") void signIn?.byPlatform(message);
  if (message.type === "interaction") acts.choose(message.interaction ?? undefined);
  if (message.type === "theme") dress(message.theme);
  if (message.type === "locale") void speak(message.locale);
  if (message.type === "phone") errands.phone(message.ready);
  if (message.type === "outcome") errands.outcome(message);
  if (message.type === "reply-box") desk.send(message);
  if (message.type === "inserted") replyBox.inserted(message);
}

// ---------------------------------------------------------------- theme and language

let wantedTheme: Theme | undefined = address.theme;
const dress = (theme: Theme | undefined) => {
  wantedTheme = theme ?? wantedTheme;
  return applyTheme(wantedTheme ?? systemTheme());
};
onSystemTheme(() => void dress(undefined));

let speech: Speech | undefined;
async function speak(locale: string | undefined) {
  const language = pickLanguage([locale, ...navigator.languages]);
  speech = await loadSpeech(
    loaders,
    language,
    [locale, ...navigator.languages].find((tag) => tag?.startsWith(language)),
  );
  document.documentElement.lang = language;
  draw(speech);
}

function draw(speech: Speech) {
  render(
    <SpeechContext.Provider value={speech}>
      <DeskContext.Provider
        value={{
          desk,
          finder,
          acts,
          speech,
          joining,
          takeLead,
          insert: replyBox.insert,
          photos,
          signIn: () => (canSignIn && signIn ? signIn.open() : token.ask()),
        }}
      >
        <App />
      </DeskContext.Provider>
    </SpeechContext.Provider>,
    document.body,
  );
}

// ---------------------------------------------------------------- what the host page is told

new ResizeObserver(() => host.tell({ type: "height", height: document.documentElement.scrollHeight })).observe(
  document.body,
);
let chosen = desk.get().chosen;
desk.watch(() => {
  if (desk.get().chosen === chosen) return;
  chosen = desk.get().chosen;
  host.tell({ type: "chosen", interaction: chosen ?? null });
});
let told = "";
desk.watch(() => {
  const attention = speech && desk.get().leads && attentionOf(desk.get(), speech);
  if (!attention || JSON.stringify(attention) === told) return;
  told = JSON.stringify(attention);
  host.tell({ type: "attention", ...attention });
});

// What the service knows is asked for while theme and language are on their way.
if (address.token) token.take(address.token);
else if (token.get()) void start();
else token.refused();
await Promise.all([dress(undefined), speak(address.language)]);
host.tell({ type: "ready", signedIn: token.get() !== undefined });
