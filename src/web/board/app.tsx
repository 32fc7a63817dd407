/** Three questions, three pictures: who needs help, who can give it, how well does that go. */
import { ClockOffset, useNow } from "../shared/clock.tsx";
import { Notice } from "../shared/notice.tsx";
import { SignIn } from "../shared/sign-in.tsx";
import { type Store, useStore } from "../shared/store.ts";
import { Answered } from "./answered.tsx";
import { Now } from "./now.tsx";
import { Skills } from "./skills.tsx";
import { useWords } from "./speech.ts";
import type { BoardEvent, BoardState } from "./state.ts";

const all = (state: BoardState): BoardState => state;

export function App({ store }: { store: Store<BoardState, BoardEvent> }) {
  const { words } = useWords();
  const { phase, view, isOld, clockOffsetMs } = useStore(store, all);
  if (phase === "signed-out") return <SignIn title={words.title} words={words.signIn} back="/board" />;
  if (phase === "refused") return <Lone sentence={words.signIn.refused} />;
  if (!view) return <Lone sentence={isOld ? words.offline : words.common.loading} />;
  return (
    <ClockOffset.Provider value={clockOffsetMs}>
      <header class="board-bar">
        <h1>{words.title}</h1>
        <Seen at={view.serverTime} />
      </header>
      <main class="board">
        {isOld && <Notice kind="warning">{words.failed}</Notice>}
        <Now consults={view.consults} />
        <Skills skills={view.skills} experts={view.experts} />
        <Answered service={view.service} />
      </main>
    </ClockOffset.Provider>
  );
}

/** How old the board is. */
function Seen({ at }: { at: string }) {
  const { words, format } = useWords();
  const now = useNow();
  return <span class="quiet ticking">{words.updated(format.age(now - Date.parse(at)))}</span>;
}

const Lone = ({ sentence }: { sentence: string }) => (
  <main class="lone">
    <p role="status">{sentence}</p>
  </main>
);
