import { userOf, type World } from "./world.ts";

export type CardContent = Record<string, unknown>;

/** One message of the 1:1 chat between a person and the bot, as Teams shows it. */
export type ChatMessage = {
  id: string;
  from: "bot" | "person";
  at: Date;
  editedAt?: Date;
  text?: string;
  /** What the notification says. */
  summary?: string;
  card?: CardContent;
  /** The short line that Teams shows under a card after a button was pressed. */
  notice?: string;
};

/** A chat has one id for ever. */
export const chatIdOf = (user: string): string => `a:1${user.replaceAll("-", "")}`;

/** A person as the bot sees them. */
export const channelIdOf = (user: string): string => `29:1${user.replaceAll("-", "")}`;

export type Chats = ReturnType<typeof createChats>;

export function createChats(world: World) {
  const chats = new Map<string, ChatMessage[]>();
  let lastId = 0;

  /** Teams numbers messages by the millisecond. */
  function newId(): string {
    lastId = Math.max(lastId + 1, world.clock.now().getTime());
    return String(lastId);
  }
  const of = (user: string): ChatMessage[] => {
    const chat = chats.get(user) ?? [];
    chats.set(user, chat);
    return chat;
  };
  const changed = (user: string) => world.changed({ kind: "chat", user });

  return {
    /** In the order of sending. */
    of,
    newId,
    userOfChat: (chatId: string) => [...world.users.values()].find(({ id }) => chatIdOf(id) === chatId),
    find: (user: string, id: string) => of(user).find((message) => message.id === id),
    add(user: string, message: Omit<ChatMessage, "id" | "at">): ChatMessage {
      userOf(world, user);
      const added = { id: newId(), at: world.clock.now(), ...message };
      of(user).push(added);
      changed(user);
      return added;
    },
    /** Replaces what the message shows; its place in the chat stays. */
    replace(user: string, id: string, shown: Pick<ChatMessage, "text" | "summary" | "card">): boolean {
      const chat = of(user);
      const at = chat.findIndex((message) => message.id === id);
      const old = chat[at];
      if (!old) return false;
      chat[at] = { id, from: old.from, at: old.at, editedAt: world.clock.now(), ...shown };
      changed(user);
      return true;
    },
    setNotice(user: string, id: string, notice: string): void {
      const message = of(user).find((one) => one.id === id);
      if (message) message.notice = notice;
      changed(user);
    },
    remove(user: string, id: string): boolean {
      const chat = of(user);
      const at = chat.findIndex((message) => message.id === id);
      if (at >= 0) chat.splice(at, 1);
      if (at >= 0) changed(user);
      return at >= 0;
    },
  };
}
