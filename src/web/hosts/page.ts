/**
 * Puts the desk into a page of the contact center. Everything else that this folder holds stands on it. Needs nothing
 * but a browser; `docs/desk-host.md` tells what the page's back end has to do.
 */
import {
  type CommandOutcome,
  type DeskMessage,
  deskAddress,
  type HostMessage,
  parseDeskMessage,
  type Theme,
  toDesk,
} from "../../desk/protocol.ts";
import type { CallCommand } from "../../platform/contract.ts";

export type Attention = Omit<Extract<DeskMessage, { type: "attention" }>, "type">;

export type DeskOptions = {
  /** Where Patchcord runs. Only this origin is listened to. */
  service: string;
  /** The desk is put in here and fills it. */
  place: HTMLElement;
  /**
   * Asks the page's own back end for a desk token, which it gets by `POST /v1/desk-tokens`. Called at the start and
   * whenever a token has run out, also in the middle of a call. Not needed with `platform`.
   */
  mintToken?(): Promise<string>;
  /**
   * Instead: the agent's own sign-in to the contact center, where the service can have it verified by the platform.
   * `connection`: the contact center's name there. `token`: called as `mintToken` is.
   */
  platform?: { tenant: string; connection: string; token(): Promise<string> };
  /**
   * The organization's short name: needed where the service has several, and where agents sign in by OpenID Connect from
   * the desk itself.
   */
  tenant?: string;
  /** The conversation on the screen, by the platform's id; null: none. */
  interaction?: string | null;
  language?: string;
  theme?: Theme;
  /** What the frame is called for screen readers. */
  title?: string;
  /** What a tab or badge may show while the desk is out of sight. */
  attention?(attention: Attention): void;
  /**
   * Carries out a command on the agent's own phone, on platforms that only the browser can drive. The same `commandId`
   * must never have a second effect. What it throws counts as `unknown`: the platform is looked at.
   */
  carryOut?(command: CallCommand): Promise<Carried>;
  /**
   * Puts text into the box in which the agent writes to the customer, after what stands there, and sends nothing. Rejects
   * when it cannot. Without it, answers of experts are copied to the clipboard instead.
   */
  insertText?(text: string, interaction: string): Promise<void>;
  /** A token could not be had. The desk itself tells the agent what to do. */
  trouble?(error: unknown): void;
};

export type Carried = { outcome: CommandOutcome; code?: string };

export type HostedDesk = {
  frame: HTMLIFrameElement;
  /** Another conversation is on the screen. */
  show(interaction: string | null): void;
  dress(theme: Theme): void;
  speak(locale: string): void;
  /** Whether the phone is there. Needs `carryOut`; until then no command is claimed. */
  phone(ready: boolean): void;
  close(): void;
};

/** What the agent has chosen, in the page's own storage, for a page that does not say itself which conversation it shows. */
const keptAs = "patchcord.chosen";
function recall(): string | undefined {
  try {
    return sessionStorage.getItem(keptAs) ?? undefined;
  } catch {
    return undefined;
  }
}
function keep(interaction: string | null): void {
  try {
    if (interaction === null) sessionStorage.removeItem(keptAs);
    else sessionStorage.setItem(keptAs, interaction);
  } catch {
    // Forbidden here: a reload of the whole page begins anew.
  }
}

export function openDesk(options: DeskOptions): HostedDesk {
  const { service, place, language, theme, title = "Patchcord", platform } = options;
  const origin = new URL(service).origin;
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.allow = "clipboard-write; microphone; camera; display-capture; speaker-selection";
  frame.style.cssText = "border:0;width:100%;height:100%";
  frame.src = deskAddress(service, {
    host: location.origin,
    ...(language && { language }),
    ...(theme && { theme }),
    ...((options.tenant ?? platform) && { tenant: options.tenant ?? platform?.tenant ?? "" }),
  });
  let interaction = options.interaction === undefined ? recall() : options.interaction;
  let isPhoneReady = false;
  const say = (message: HostMessage) => frame.contentWindow?.postMessage(toDesk(message), origin);

  function face(next: string | null) {
    interaction = next;
    keep(next);
  }

  async function signIn() {
    try {
      if (platform) say({ type: "platform-token", connection: platform.connection, token: await platform.token() });
      else if (options.mintToken) say({ type: "token", token: await options.mintToken() });
    } catch (error) {
      options.trouble?.(error);
    }
  }

  async function carryOut(command: CallCommand) {
    const carried = await options.carryOut?.(command).catch((error: unknown) => options.trouble?.(error));
    say({ type: "outcome", command: command.commandId, ...(carried ?? { outcome: "unknown" }) });
  }

  async function insert({ id, text, interaction: into }: Extract<DeskMessage, { type: "insert-text" }>) {
    try {
      if (!options.insertText) throw new Error("this page has no reply box");
      await options.insertText(text, into);
      say({ type: "inserted", id, outcome: "done" });
    } catch (error) {
      options.trouble?.(error);
      say({ type: "inserted", id, outcome: "refused" });
    }
  }

  function hear(event: MessageEvent) {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    const message = parseDeskMessage(event.data);
    if (message?.type === "ready") {
      if (interaction !== undefined) say({ type: "interaction", interaction });
      if (isPhoneReady) say({ type: "phone", ready: true });
      if (options.insertText) say({ type: "reply-box", ready: true });
    }
    if (message?.type === "chosen") face(message.interaction);
    if (message?.type === "renew-token") void signIn();
    if (message?.type === "command") void carryOut(message.command);
    if (message?.type === "insert-text") void insert(message);
    if (message?.type === "attention") options.attention?.({ level: message.level, sentence: message.sentence });
  }

  addEventListener("message", hear);
  place.append(frame);
  return {
    frame,
    show(next) {
      face(next);
      say({ type: "interaction", interaction: next });
    },
    dress: (next) => say({ type: "theme", theme: next }),
    speak: (locale) => say({ type: "locale", locale }),
    phone(ready) {
      isPhoneReady = ready && options.carryOut !== undefined;
      say({ type: "phone", ready: isPhoneReady });
    },
    close() {
      removeEventListener("message", hear);
      frame.remove();
    },
  };
}
