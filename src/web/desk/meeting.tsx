/** The ways into a meeting: from this panel where that can be, else by the link, and why. */
import type { ConsultView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { useStore } from "../shared/store.ts";
import { useDesk, useSpeech } from "./context.ts";
import { isInstalled, type Joining, type JoiningState } from "./joining.tsx";
import { Copy } from "./replies.tsx";

type Props = { consult: ConsultView; expert: string };

export function Meeting({ consult, expert }: Props) {
  const { words } = useSpeech();
  const { joining } = useDesk();
  const { wanted, isBusy } = useStore(joining, whole);
  const { id, joinUrl, join, state } = consult;
  if (state === "ended" || (!joinUrl && !join)) return null;
  const ways = isInstalled ? (join?.ways ?? []) : [];
  const isHere = wanted?.consult === id;
  const press = (way: Joining["way"]) =>
    joining.send({ type: "join", wanted: { consult: id, way, expert, link: joinUrl } });
  const reason = isBusy && !isHere ? words.meeting.elsewhere : undefined;
  return (
    <>
      <div class="moves-row">
        {!isHere &&
          ways.map((way, index) => (
            <Button
              key={way}
              appearance={index === 0 ? "primary" : "outline"}
              icon={way === "person" ? "phone" : "video"}
              reason={reason}
              press={() => press(way)}
            >
              {way === "person" ? words.meeting.ring(expert) : words.meeting.here}
            </Button>
          ))}
        {joinUrl && (
          <Button
            appearance={ways.length === 0 ? "primary" : "outline"}
            icon="link"
            press={() => open(joinUrl, "_blank", "noopener")}
          >
            {words.reply.join}
          </Button>
        )}
        {joinUrl && <Copy text={joinUrl} label={words.reply.copyLink} />}
      </div>
      {join && joinUrl && ways.length === 0 && <p class="quiet">{whyByLink(join, words.meeting)}</p>}
    </>
  );
}
const whole = (state: JoiningState) => state;

type Why = { opens(platform: string): string; notInstalled: string };

/** Where the platform would let us in, it is this installation that lacks the library. */
const whyByLink = ({ platform, ways }: NonNullable<ConsultView["join"]>, words: Why): string =>
  ways.length > 0 ? `${words.notInstalled} ${words.opens(platform)}` : words.opens(platform);
