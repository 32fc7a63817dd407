import { testAdapter, type World } from "../../src/platform/contract-suite.ts";
import { createMemoryTokens } from "../../src/testing/connection.ts";
import { mountForFile } from "../../src/testing/mount.ts";
import { smallJpeg } from "../../src/testing/picture.ts";
import {
  ada,
  blocked,
  connect,
  createScene,
  hookAddress,
  origin,
  type Scene,
  service,
  stranger,
} from "./fake/scene.ts";
import { ringcentral } from "./index.ts";
import type { Settings } from "./settings.ts";
import { subscribe } from "./subscribe.ts";

let scene: Scene;
mountForFile({
  [origin]: () => scene.fake.app,
  "https://bridge.example": () => scene.hook,
});

testAdapter(ringcentral, (): World<Settings> => {
  scene = createScene({ fetch: (input, init) => fetch(input, init), directoryPageMax: 2 });
  const { fake, clock, pass } = scene;
  fake.updateExtension(ada, { photo: smallJpeg() });
  const connection = connect(fake, clock, { tokens: createMemoryTokens(clock.now) });
  return {
    connection,
    throttle(retryAfterMs) {
      const headers = { "Retry-After": String(retryAfterMs / 1_000) };
      fake.fail.next({ path: /^(?!\/restapi\/oauth)/, status: 429, headers, times: Number.POSITIVE_INFINITY });
    },
    revoke: fake.revoke,
    pass,
    presence: {
      account: ada,
      stranger,
      showUnknownWord: (account) => fake.inventStatus(account, "Meditating"),
      chooseByHand(account) {
        fake.setDnd(account, true);
        return { availability: "do-not-disturb", activity: "none" };
      },
    },
    people: {
      accounts: [...fake.world.extensions.values()].filter((one) => !one.type).map((one) => one.id),
      withPhoto: ada,
    },
    events: {
      proof: ["verification-token"],
      signsBody: false,
      signsTime: false,
      deliver: (change) => deliver(scene, connection, change?.body),
    },
    invitations: {
      account: ada,
      blocked,
      seen: (account) => fake.chatOf(account).map((card) => JSON.stringify(card.card)),
    },
    meetings: { organizer: service },
  };
});

async function deliver({ fake, hook }: Scene, connection: World<Settings>["connection"], body?: Uint8Array) {
  if (fake.subscriptions.list().length === 0) await subscribe(connection, hookAddress);
  fake.startCall(ada);
  await fake.deliveries.idle();
  const last = hook.deliveries.at(-1);
  if (!last) throw new Error("the fake delivered nothing");
  return { method: "POST", url: hookAddress, headers: last.headers, body: body ?? last.body };
}
