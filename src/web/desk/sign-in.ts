/** How an agent signs in where no back end makes a token for them: by the platform's token, or by OpenID Connect. */
import type { HostMessage } from "../../desk/protocol.ts";
import type { DeskApi } from "./api.ts";

type Options = {
  tenant: string;
  api: Pick<DeskApi, "platformSignIn">;
  take(token: string): void;
  failed(error: unknown): void;
};

export type SignIn = ReturnType<typeof createSignIn>;

const popup = "popup,width=480,height=640";

export function createSignIn({ tenant, api, take, failed }: Options) {
  const address = `/auth/login?${new URLSearchParams({ tenant, for: "desk" })}`;
  return {
    async byPlatform({ connection, token }: Extract<HostMessage, { type: "platform-token" }>) {
      try {
        take((await api.platformSignIn({ tenant, connection, token })).token);
      } catch (error) {
        failed(error);
      }
    },
    /** Sign-in pages refuse to be framed, so a framed desk opens a window; one that stands by itself goes there. */
    open() {
      if (window.parent === window) return location.assign(address);
      const opened = open(address, "patchcord-sign-in", popup);
      if (!opened) return failed(new Error("the window was blocked"));
      const hear = (event: MessageEvent) => {
        if (event.source !== opened || event.origin !== location.origin) return;
        const { type, token } = (event.data ?? {}) as { type?: unknown; token?: unknown };
        if (type !== "signed-in" || typeof token !== "string") return;
        removeEventListener("message", hear);
        take(token);
      };
      addEventListener("message", hear);
    },
  };
}
