/** Patchcord's own tab in the expert's Teams: the real page, signed in with a token of the made-up organization. */
import { useEffect, useState } from "preact/hooks";
import type { UserView } from "../../sandbox/protocol.ts";
import { useSpeech } from "../shared/language.ts";
import { useStage, useStageState } from "./context.ts";

export function TabFrame({ user }: { user: UserView }) {
  const { words, world } = useStage();
  const { theme } = useStageState();
  const { language } = useSpeech();
  const [source, setSource] = useState<string>();
  useEffect(() => {
    let isWanted = true;
    const show = ({ token, tabUrl }: { token: string; tabUrl: string }) => {
      if (!isWanted) return;
      const address = new URL(tabUrl);
      address.search = new URLSearchParams({ lang: language, theme }).toString();
      address.hash = new URLSearchParams({ token }).toString();
      setSource(address.href);
    };
    world.tabToken(user.id).then(show, () => setSource(undefined));
    return () => {
      isWanted = false;
    };
  }, [user.id, language, theme]);
  return source ? (
    <iframe key={source} class="tab-frame" title={words.expert.views.tab} src={source} />
  ) : (
    <div class="tab-frame" />
  );
}
