import { defineAdapter } from "../../src/platform/contract.ts";
import { cardVersion, deliver, update, withdraw } from "./cards.ts";
import { check } from "./check.ts";
import { receive } from "./events.ts";
import { heldPresence, hold, release } from "./hold.ts";
import { inspect } from "./inspect.ts";
import { links } from "./links.ts";
import { create } from "./meetings.ts";
import { list } from "./people.ts";
import { photo } from "./photo.ts";
import { pageMax, read, readAll, readMax } from "./presence.ts";
import { heavy, light, settings } from "./settings.ts";
import { subscribe } from "./subscribe.ts";

export { type CardAnswer, parseCardAnswer } from "./card-answers.ts";

/** RingCentral (RingEX): the expert's side. Setup, limits and what is missing: README.md. */
export const ringcentral = defineAdapter({
  id: "ringcentral",
  name: "RingCentral",
  side: "uc",
  settings,
  secretSettings: ["clientSecret", "jwt", "webhookSecret"],
  facts: {
    presence: {
      readMax,
      readCost: light,
      readAllCost: heavy,
      readAllMax: pageMax,
      holds: [heldPresence],
      push: "webhook",
    },
    // RingCentral documents no size for cards; this keeps them readable on a phone.
    cards: { version: cardVersion, bytesMax: 28_000 },
  },
  presence: { read, readAll, hold, release },
  people: { list, inspect, photo },
  events: { receive, subscribe },
  invitations: { deliver, update: (c, place, card) => update(c, place, card), withdraw, links },
  meetings: { create },
  check,
});
