/** Puts the admin's screens together: sign-in by cookie, theme, language. */
import "../shared/fluent.ts";
import "../shared/styles.ts";
import "./admin.css";
import { render } from "preact";
import { readDeskAddress } from "../../desk/protocol.ts";
import { loadSpeech, pickLanguage, SpeechContext } from "../shared/language.ts";
import { applyTheme, onSystemTheme, systemTheme } from "../shared/theme.ts";
import { App } from "./app.tsx";
import { AdminSpeech, loaders } from "./speech.ts";

const address = readDeskAddress(location.href);
const wanted = [address.language, ...navigator.languages];
const language = pickLanguage(wanted);
const locale = wanted.find((tag) => tag?.startsWith(language));
const [speech] = await Promise.all([loadSpeech(loaders, language, locale), applyTheme(address.theme ?? systemTheme())]);
if (!address.theme) onSystemTheme(() => void applyTheme(systemTheme()));
document.documentElement.lang = language;
document.title = `${speech.words.title} · Patchcord`;
render(
  <SpeechContext.Provider value={speech}>
    <AdminSpeech.Provider value={speech}>
      <App />
    </AdminSpeech.Provider>
  </SpeechContext.Provider>,
  document.body,
);
