/** Puts the board together: sign-in by cookie, the reading, the feed that says when to read again, theme, language. */
import "../shared/fluent.ts";
import "../shared/styles.ts";
import "./board.css";
import { render } from "preact";
import type { BoardView } from "../../views.ts";
import { begin } from "../shared/begin.ts";
import { follow } from "../shared/events.ts";
import { ask, Refused } from "../shared/http.ts";
import { SpeechContext } from "../shared/language.ts";
import { createStore } from "../shared/store.ts";
import { App } from "./app.tsx";
import { BoardSpeech, loaders } from "./speech.ts";
import { initialBoard, reduceBoard } from "./state.ts";

/** Changes closer together than this are read at once; presence, which is not followed, is read this often. */
const settleMs = 500;
const readMs = 5_000;

const store = createStore(reduceBoard, initialBoard);

/** In the address too, so that a supervisor's bookmark shows their own department. */
let department = new URLSearchParams(location.search).get("department") || undefined;
function choose(next: string | undefined) {
  department = next;
  const shown = new URL(location.href);
  if (next) shown.searchParams.set("department", next);
  else shown.searchParams.delete("department");
  history.replaceState(null, "", shown);
  void read();
}

async function read() {
  const asked = department;
  try {
    const view = await ask<BoardView>(`/v1/board${asked ? `?${new URLSearchParams({ department: asked })}` : ""}`);
    // Another department was chosen meanwhile: its answer is on the way.
    if (asked === department) store.send({ type: "read", view, at: Date.now() });
  } catch (error) {
    const status = error instanceof Refused ? error.status : undefined;
    store.send({ type: status === 401 ? "signed-out" : status === 403 ? "refused" : "failed" });
  }
}

let isDue = false;
const readSoon = () => {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    void read();
  }, settleMs);
};

const speech = await begin(loaders);
render(
  <SpeechContext.Provider value={speech}>
    <BoardSpeech.Provider value={speech}>
      <App store={store} choose={choose} />
    </BoardSpeech.Provider>
  </SpeechContext.Provider>,
  document.body,
);

await read();
if (store.get().phase === "ready") {
  setInterval(() => void read(), readMs);
  follow(() => "/v1/live?people=", { headers: () => ({}), event: readSoon, open: readSoon, lost() {} });
}
