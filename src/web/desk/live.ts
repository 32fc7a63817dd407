/** Keeps the stores up to date from the service's feed of changes. */
import type { LiveEvents } from "../../views.ts";
import { follow, type ServerEvent } from "../shared/events.ts";
import type { Store } from "../shared/store.ts";
import type { FinderEvent, FinderState } from "./finder-state.ts";
import type { DeskEvent, DeskState } from "./state.ts";

type Options = {
  desk: Store<DeskState, DeskEvent>;
  finder: Store<FinderState, FinderEvent>;
  token: () => string | undefined;
  /** Everything must be read again. */
  reload: () => void;
  refused: () => void;
};

export function followService({ desk, finder, token, reload, refused }: Options) {
  let isFirst = true;

  const takers: { [Topic in keyof LiveEvents]: (data: LiveEvents[Topic]) => void } = {
    hello: ({ serverTime }) => desk.send({ type: "clock", serverTime, at: Date.now() }),
    consult: (consult) => desk.send({ type: "consult", consult }),
    interaction: (interaction) => desk.send({ type: "interaction", interaction }),
    presence: (person) => {
      desk.send({ type: "person", person });
      finder.send({ type: "presence", person });
    },
    reset: reload,
  };

  const take = ({ event, data }: ServerEvent) => {
    const taker = (takers as Record<string, ((data: never) => void) | undefined>)[event];
    taker?.(JSON.parse(data) as never);
  };

  return follow("/v1/live", {
    headers: () => ({ authorization: `Bearer ${token() ?? ""}` }),
    event: take,
    open() {
      desk.send({ type: "connection", state: "live", at: Date.now() });
      // What happened between our last event and now is resent; what a restart of the service lost is read again.
      if (!isFirst) reload();
      isFirst = false;
    },
    lost(status) {
      desk.send({ type: "connection", state: "lost", at: Date.now() });
      if (status === 401) refused();
    },
  });
}
