/** A rail by task beside the task. What is wrong comes first; what a supervisor may not do is not there. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../shared/http.ts";
import { Icon, type IconName } from "../shared/icon.tsx";
import { SignIn } from "../shared/sign-in.tsx";
import { api, type ConnectionView, type Me, needsSomebody } from "./api.ts";
import { Audit } from "./audit.tsx";
import { Experts } from "./experts.tsx";
import { Health } from "./health.tsx";
import { Reading, useRead } from "./reading.tsx";
import { Rules } from "./rules.tsx";
import { useWords } from "./speech.ts";
import { TeamsApp } from "./teams-app.tsx";

const tasks = ["experts", "rules", "app", "health", "audit"] as const;
type Task = (typeof tasks)[number];
const icons: Record<Task, IconName> = {
  experts: "people",
  rules: "together",
  app: "chat",
  health: "wrench",
  audit: "copy",
};
const forSupervisors: readonly Task[] = ["experts", "health"];

const taskIn = (hash: string): Task | undefined => tasks.find((task) => `#${task}` === hash);

type Phase = "loading" | "signed-out" | "refused" | Me;

export function App() {
  const { words } = useWords();
  const [phase, setPhase] = useState<Phase>("loading");
  useEffect(() => {
    api.me().then(
      (me) => setPhase(me.kind === "admin" ? me : "refused"),
      (error) => setPhase(error instanceof Refused && error.status !== 403 ? "signed-out" : "refused"),
    );
  }, []);
  if (phase === "signed-out") return <SignIn title={words.title} words={words.signIn} back="/admin" />;
  if (phase === "loading" || phase === "refused")
    return (
      <main class="lone">
        <p role="status">{phase === "refused" ? words.signIn.refused : words.common.loading}</p>
      </main>
    );
  return <Console me={phase} />;
}

function Console({ me }: { me: Me }) {
  const { words } = useWords();
  const read = useRead(api.connections, "");
  const [task, setTask] = useState<Task | undefined>(taskIn(location.hash));
  const main = useRef<HTMLElement>(null);
  const mayDo = tasks.filter((one) => me.roles?.includes("admin") || forSupervisors.includes(one));
  useEffect(() => {
    const follow = () => {
      setTask(taskIn(location.hash));
      main.current?.focus();
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const troubles = (read.value ?? []).filter(needsSomebody).length;
  const shown = task && mayDo.includes(task) ? task : troubles > 0 ? "health" : "experts";
  return (
    <div class="console">
      <header class="console-bar">
        <h1>{words.title}</h1>
        <nav aria-label={words.rail.label}>
          <ul class="rail">
            {mayDo.map((one) => (
              <li key={one}>
                <a class="rail-link" href={`#${one}`} {...(one === shown && { "aria-current": "page" })}>
                  <Icon name={icons[one]} />
                  <span>{words.rail[one]}</span>
                  {one === "health" && troubles > 0 && (
                    <span class="badge">
                      <span aria-hidden="true">{troubles}</span>
                      <span class="visually-hidden">{words.health.trouble(troubles)}</span>
                    </span>
                  )}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main ref={main} class="task" tabIndex={-1} aria-labelledby="task">
        <h2 id="task">{words[shown].title}</h2>
        <Reading read={read}>
          {(connections) => <Task task={shown} connections={connections} again={read.again} me={me} />}
        </Reading>
      </main>
    </div>
  );
}

type Props = { task: Task; connections: ConnectionView[]; again(): Promise<void>; me: Me };

function Task({ task, connections, again, me }: Props) {
  switch (task) {
    case "health":
      return <Health connections={connections} again={again} />;
    case "experts":
      return <Experts mayInstall={me.roles?.includes("admin") ?? false} connections={connections} />;
    case "app":
      return <TeamsApp connections={connections} />;
    case "rules":
      return <Rules connections={connections} />;
    case "audit":
      return <Audit />;
  }
}
