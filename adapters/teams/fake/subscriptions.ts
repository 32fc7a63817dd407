import { encrypt } from "./encrypt.ts";
import { lifetime } from "./keys.ts";
import type { World } from "./world.ts";

export type FakeSubscription = {
  id: string;
  resource: string;
  users: string[];
  notificationUrl: string;
  lifecycleNotificationUrl?: string;
  clientState?: string;
  expirationDateTime: string;
  encryption?: { id: string; certificate: string };
};
export type Subscriptions = ReturnType<typeof createSubscriptions>;

/** The application that sends change notifications, as its tokens name it. */
const sender = "0bf30f3b-4a52-48df-9a82-234910c4a086";

/** Subscriptions to presence and what is pushed because of them. */
export function createSubscriptions(world: World, send: typeof fetch) {
  const all = new Map<string, FakeSubscription>();
  const underWay = new Set<Promise<unknown>>();
  let isLosing = false;
  const live = () => {
    for (const one of all.values())
      if (Date.parse(one.expirationDateTime) <= world.clock.now().getTime()) all.delete(one.id);
    return [...all.values()];
  };
  const post = (url: string, body: unknown) => {
    if (isLosing) return;
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const sent = send(url, init).catch(() => undefined);
    underWay.add(sent);
    void sent.finally(() => underWay.delete(sent));
  };
  const validationToken = () =>
    world.entra.sign({
      ...lifetime(world.clock.now(), 3_600),
      aud: world.graphApp.clientId,
      iss: `https://sts.windows.net/${world.tenantId}/`,
      appid: sender,
      tid: world.tenantId,
      ver: "1.0",
    });
  const headOf = (one: FakeSubscription) => ({
    subscriptionId: one.id,
    subscriptionExpirationDateTime: one.expirationDateTime,
    clientState: one.clientState ?? null,
    tenantId: world.tenantId,
  });

  /** A delivery about one person, as Graph words it. */
  async function deliveryOf(user: string) {
    const one = live().find(({ users }) => users.includes(user));
    if (!one) return undefined;
    const { availability, activity } = world.presences.see(user);
    const type = "#Microsoft.Graph.presence";
    const resourceData = { "@odata.type": type, "@odata.id": `communications/presences('${user}')`, id: user };
    const encryptedContent = one.encryption && (await encrypt(one.encryption, { id: user, availability, activity }));
    const item = {
      ...headOf(one),
      changeType: "updated",
      resource: `communications/presences('${user}')`,
      resourceData,
      ...(encryptedContent ? { encryptedContent } : {}),
    };
    const proof = encryptedContent ? { validationTokens: [await validationToken()] } : {};
    return { url: one.notificationUrl, body: { value: [item], ...proof } };
  }

  return {
    list: live,
    add: (one: FakeSubscription) => void all.set(one.id, one),
    remove: (id: string) => all.delete(id),
    lose(is: boolean) {
      isLosing = is;
    },
    deliveryOf,
    tell(user: string): void {
      const told = deliveryOf(user).then((delivery) => delivery && post(delivery.url, delivery.body));
      underWay.add(told);
      void told.finally(() => underWay.delete(told));
    },
    sendLifecycle(lifecycleEvent: "reauthorizationRequired" | "subscriptionRemoved" | "missed"): void {
      for (const one of live())
        if (one.lifecycleNotificationUrl)
          post(one.lifecycleNotificationUrl, { value: [{ ...headOf(one), lifecycleEvent }] });
    },
    async idle(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    /** Graph asks the address to repeat a text before it believes in it. */
    async isValid(url: string): Promise<boolean> {
      const token = `Validation: Testing client application reachability & <b>${crypto.randomUUID()}</b>`;
      const asked = new URL(url);
      asked.searchParams.set("validationToken", token);
      const response = await send(asked, { method: "POST", headers: { "content-type": "text/plain" } }).catch(
        () => undefined,
      );
      if (response?.status !== 200 || !/^text\/plain\b/.test(response.headers.get("content-type") ?? "")) return false;
      return (await response.text()) === token;
    },
  };
}
