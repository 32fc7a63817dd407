/** The expert's side: their stand-in Teams or RingCentral with the chat, the phone and how they are. */

import { setTheme } from "@fluentui/web-components/theme/set-theme.js";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ExpertPlatform, statuses, type UserView, type WorldView } from "../../sandbox/protocol.ts";
import { Avatar } from "../shared/avatar.tsx";
import { Button } from "../shared/button.tsx";
import { Tabs } from "../shared/tabs.tsx";
import { Chat } from "./chat.tsx";
import { useStage, useStageState } from "./context.ts";
import { isWaiting, usersOf } from "./next-step.ts";
import { Phone } from "./phone.tsx";
import { PlatformGlyph } from "./platform-glyph.tsx";
import { platformNames } from "./platforms.ts";
import { isSame } from "./state.ts";
import { TabFrame } from "./tab-frame.tsx";

export function ExpertColumn({ world }: { world: WorldView }) {
  const { words } = useStage();
  const { person } = useStageState();
  const user = person && usersOf(world, person.platform).find(({ id }) => id === person.user);
  const dressed = usePlatformTheme();
  return (
    <section class="column" aria-label={words.expert.title}>
      <WhoPicker world={world} />
      {person && user && (
        <div ref={dressed} class={`window expert expert-${person.platform}`}>
          <ExpertBar user={user} platform={person.platform} />
          <Phone
            phone={world.phones.find(({ owner, platform }) => owner === user.id && platform === person.platform)}
            platform={person.platform}
          />
          {person.platform === "teams" ? <TeamsViews user={user} /> : <Chat user={user} platform={person.platform} />}
        </div>
      )}
    </section>
  );
}

const viewId = "teams-view";

/** The chat in which cards arrive, and the tab of the same app. */
function TeamsViews({ user }: { user: UserView }) {
  const { words } = useStage();
  const [view, setView] = useState<"chat" | "tab">("chat");
  const tabs = (["chat", "tab"] as const).map((key) => ({ key, label: words.expert.views[key] }));
  return (
    <>
      <Tabs label={words.expert.views.label} panel={viewId} tabs={tabs} chosen={view} choose={(key) => setView(key)} />
      <div id={viewId} class="teams-view" role="tabpanel" tabIndex={-1} aria-label={words.expert.views[view]}>
        {view === "chat" ? <Chat user={user} platform="teams" /> : <TabFrame key={user.id} user={user} />}
      </div>
    </>
  );
}

/** Teams has its own shade of everything, within its window only. */
function usePlatformTheme() {
  const { theme, person } = useStageState();
  const element = useRef<HTMLDivElement>(null);
  const isTeams = person?.platform === "teams";
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    if (!isTeams) return setTheme(null, current);
    void import("./teams-themes.ts").then(({ teamsThemes }) => setTheme(teamsThemes[theme], current));
  }, [isTeams, theme]);
  return element;
}

function WhoPicker({ world }: { world: WorldView }) {
  const { words, stage } = useStage();
  const { person } = useStageState();
  const everybody = (["teams", "ringcentral"] as const).flatMap((platform) =>
    usersOf(world, platform).map((user) => ({ user, person: { platform, user: user.id } })),
  );
  const value = person ? `${person.platform}/${person.user}` : "";
  const waiting = everybody.filter((each) => isWaiting(world, each.person) && !isSame(each.person, person));
  return (
    <div class="who">
      <select
        class="select"
        aria-label={words.expert.who}
        value={value}
        onChange={(event) => {
          const [platform, user = ""] = event.currentTarget.value.split("/");
          stage.send({ type: "person", person: { platform: platform as ExpertPlatform, user } });
        }}
      >
        {(["teams", "ringcentral"] as const).map((platform) => (
          <optgroup key={platform} label={platformNames[platform]}>
            {usersOf(world, platform).map(({ id, name }) => (
              <option key={id} value={`${platform}/${id}`}>
                {name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      {waiting.map(({ user, person }) => (
        <Button
          key={user.id}
          icon="bell"
          label={`${user.name}: ${words.expert.waiting}`}
          press={() => stage.send({ type: "person", person })}
        >
          {user.name}
        </Button>
      ))}
    </div>
  );
}

function ExpertBar({ user, platform }: { user: UserView; platform: ExpertPlatform }) {
  const { words, world } = useStage();
  const { onCall } = user.own;
  return (
    <header class="window-bar">
      <span class="avatar-with-glyph">
        <Avatar size={32} name={user.name} />
        <PlatformGlyph presence={user.presence} />
      </span>
      <div class="expert-name">
        <h2>{user.name}</h2>
        <p class="quiet one-line">
          {platformNames[platform]} · {user.title}
        </p>
      </div>
      <select
        class="select"
        aria-label={words.expert.status}
        value={user.own.status ?? "Automatic"}
        onChange={(event) =>
          void world.act({ action: "set-status", platform, user: user.id, status: event.currentTarget.value })
        }
      >
        {statuses[platform].map((status) => (
          <option key={status} value={status}>
            {words.expert.statuses[status] ?? status}
          </option>
        ))}
      </select>
      <Button
        appearance="subtle"
        icon="phone"
        press={() => void world.act({ action: "person-call", platform, user: user.id, on: !onCall })}
      >
        {onCall ? words.expert.endCall : words.expert.startCall}
      </Button>
    </header>
  );
}
