/** Three questions, three pictures: who needs help, who can give it, how well does that go. */
import type { BoardView } from "../../views.ts";
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

type Choose = (department: string | undefined) => void;

export function App({ store, choose }: { store: Store<BoardState, BoardEvent>; choose: Choose }) {
  const { words } = useWords();
  const { phase, view, isOld, clockOffsetMs } = useStore(store, all);
  if (phase === "signed-out") return <SignIn title={words.title} words={words.signIn} back="/board" />;
  if (phase === "refused") return <Lone sentence={words.signIn.refused} />;
  if (!view) return <Lone sentence={isOld ? words.offline : words.common.loading} />;
  return (
    <ClockOffset.Provider value={clockOffsetMs}>
      <header class="board-bar">
        <h1>{words.title}</h1>
        <Departments departments={view.departments} chosen={view.department} choose={choose} />
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

/** One that is chosen stays to choose, also while nobody of it is an expert or has asked. */
function Departments({ departments, chosen, choose }: Pick<BoardView, "departments"> & Choosing) {
  const { words } = useWords();
  const all = chosen && !departments.includes(chosen) ? [chosen, ...departments] : departments;
  if (all.length === 0) return null;
  return (
    <label class="quiet">
      {words.department}{" "}
      <select
        class="select"
        value={chosen ?? ""}
        onChange={({ currentTarget }) => choose(currentTarget.value || undefined)}
      >
        <option value="">{words.everybody}</option>
        {all.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
type Choosing = { chosen: string | undefined; choose: Choose };

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
