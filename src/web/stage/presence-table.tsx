/** Everybody's presence in each platform's own words: what is shown, what they chose, what we show for them. */
import type { ExpertPlatform, UserView, WorldView } from "../../sandbox/protocol.ts";
import { useNow } from "../shared/clock.tsx";
import { useSpeech } from "../shared/language.ts";
import { useStage } from "./context.ts";
import { usersOf } from "./next-step.ts";
import { PlatformGlyph } from "./platform-glyph.tsx";
import { platformNames } from "./platforms.ts";

export function PresenceTable({ world }: { world: WorldView }) {
  const { words } = useStage();
  return (
    <div class="scroll">
      <table class="presence-table">
        <thead>
          <tr>
            <th scope="col">{words.presence.person}</th>
            <th scope="col">{words.presence.shown}</th>
            <th scope="col">{words.presence.own}</th>
            <th scope="col">{words.presence.lease}</th>
          </tr>
        </thead>
        <tbody>
          {world.agents.map(({ account, name, status }) => (
            <tr key={account}>
              <th scope="row">
                {name} <span class="quiet">{words.host.title}</span>
              </th>
              <td>{status}</td>
              <td />
              <td />
            </tr>
          ))}
          {(["teams", "ringcentral"] as const).flatMap((platform) =>
            usersOf(world, platform).map((user) => (
              <Row key={`${platform}-${user.id}`} user={user} platform={platform} />
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Row({ user, platform }: { user: UserView; platform: ExpertPlatform }) {
  const { words, stage } = useStage();
  const { format } = useSpeech();
  const now = useNow();
  const { presence, own } = user;
  const choice = own.status ? (words.expert.statuses[own.status] ?? own.status) : words.presence.automatic;
  const leaseText = ({ activity, until }: NonNullable<UserView["own"]["lease"]>) =>
    until ? `${activity} · ${format.timeOfDay(until, now)}` : activity;
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="bare-link"
          onClick={() => stage.send({ type: "person", person: { platform, user: user.id } })}
        >
          {user.name}
        </button>{" "}
        <span class="quiet">{platformNames[platform]}</span>
      </th>
      <td>
        <span class="shown">
          <PlatformGlyph presence={presence} />
          {presence.activity === presence.availability
            ? presence.availability
            : `${presence.availability} / ${presence.activity}`}
        </span>
      </td>
      <td class={own.onCall || own.status ? "" : "quiet"}>{own.onCall ? words.presence.call : choice}</td>
      <td>{own.lease && leaseText(own.lease)}</td>
    </tr>
  );
}
