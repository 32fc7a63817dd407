/** Puts the admin's screens together: sign-in by cookie, theme, language. */
import "../shared/fluent.ts";
import "../shared/styles.ts";
import "./admin.css";
import { render } from "preact";
import { begin } from "../shared/begin.ts";
import { SpeechContext } from "../shared/language.ts";
import { App } from "./app.tsx";
import { AdminSpeech, loaders } from "./speech.ts";

const speech = await begin(loaders);
render(
  <SpeechContext.Provider value={speech}>
    <AdminSpeech.Provider value={speech}>
      <App />
    </AdminSpeech.Provider>
  </SpeechContext.Provider>,
  document.body,
);
