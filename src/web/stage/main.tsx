/** Puts the stage together: the world, the language, the theme. */
import "../shared/fluent.ts";
import "../shared/styles.ts";
import "./stage.css";
import "./expert.css";
import { render } from "preact";
import { readDeskAddress } from "../../desk/protocol.ts";
import { type Language, type Loaders, loadSpeech, pickLanguage, SpeechContext } from "../shared/language.ts";
import { createStore } from "../shared/store.ts";
import { applyTheme, systemTheme } from "../shared/theme.ts";
import type { Basics } from "../texts/basics/en.ts";
import type { StageWords } from "../texts/stage/en.ts";
import { App } from "./app.tsx";
import { StageContext } from "./context.ts";
import { initialStage, reduceStage } from "./state.ts";
import { followSuggestion } from "./suggested.ts";
import { findWorld, meetWorld } from "./world.ts";

const basics: Loaders<Basics> = {
  en: async () => (await import("../texts/basics/en.ts")).basics,
  es: async () => (await import("../texts/basics/es.ts")).basics,
  sv: async () => (await import("../texts/basics/sv.ts")).basics,
  fr: async () => (await import("../texts/basics/fr.ts")).basics,
};
const loaders: Loaders<StageWords> = {
  en: async () => (await import("../texts/stage/en.ts")).en,
  es: async () => (await import("../texts/stage/es.ts")).es,
  sv: async () => (await import("../texts/stage/sv.ts")).sv,
  fr: async () => (await import("../texts/stage/fr.ts")).fr,
};

const address = readDeskAddress(location.href);
const stage = createStore(reduceStage, initialStage(address.theme ?? systemTheme()));
let { theme } = stage.get();
stage.watch(() => {
  if (stage.get().theme === theme) return;
  ({ theme } = stage.get());
  void applyTheme(theme);
});

const world = meetWorld(stage, await findWorld());
followSuggestion(stage, world.deskToken);

async function speak(language: Language) {
  const [speech, words] = await Promise.all([loadSpeech(basics, language), loaders[language]()]);
  document.documentElement.lang = language;
  document.title = words.title;
  render(
    <SpeechContext.Provider value={speech}>
      <StageContext.Provider value={{ stage, world, words, speak: (next) => void speak(next) }}>
        <App />
      </StageContext.Provider>
    </SpeechContext.Provider>,
    document.body,
  );
}

await Promise.all([applyTheme(theme), speak(pickLanguage([address.language, ...navigator.languages]))]);
