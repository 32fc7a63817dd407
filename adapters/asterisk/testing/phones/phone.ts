import { createSocket } from "node:dgram";
import { type Media, openMedia } from "./media.ts";
import {
  answerTo,
  describeMedia,
  format,
  header,
  type Message,
  mediaAddress,
  methodOf,
  numberOf,
  parse,
  statusOf,
  uriIn,
} from "./message.ts";

export type Habit = "ring" | "answer" | "silent" | { refuse: number };
export type PhoneState = "idle" | "ringing" | "calling" | "talking";
export type Phone = Awaited<ReturnType<typeof openPhone>>;

type Dialog = {
  callId: string;
  local: string;
  remote: string;
  target: string;
  number: number;
  /** The request that waits for our answer, or that we made. */
  invite: Message;
};

const randomWord = () => Math.random().toString(36).slice(2, 12);

/**
 * A SIP phone over UDP with one line, for tests on one machine: takes or makes a call, says its own tone, and hears
 * others'. It resends nothing and trusts everybody.
 */
export async function openPhone(options: { host?: string; port: number; user: string; tone: number }) {
  const { host = "127.0.0.1", port, user, tone } = options;
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(port, host, resolve));
  const media: Media = await openMedia(host, tone);
  let habit: Habit = "ring";
  let shown: string | undefined;
  let state: PhoneState = "idle";
  let dialog: Dialog | undefined;
  const invites: Message[] = [];
  const ended: string[] = [];
  const tag = randomWord();
  const contact = `<sip:${user}@${host}:${port}>`;
  const description = () => describeMedia(host, media.port);

  const send = (message: Message, to: { host: string; port: number }) => socket.send(format(message), to.port, to.host);

  const hostOf = (uri: string) => {
    const [, name = host, number = "5060"] = /^sips?:(?:[^@]*@)?([\d.]+)(?::(\d+))?/.exec(uri) ?? [];
    return { host: name, port: Number(number) };
  };

  const request = (
    method: string,
    target: string,
    more: { number: number; from: string; to: string; callId: string },
  ) => ({
    start: `${method} ${target} SIP/2.0`,
    headers: [
      ["via", `SIP/2.0/UDP ${host}:${port};branch=z9hG4bK${randomWord()};rport`],
      ["max-forwards", "70"],
      ["from", more.from],
      ["to", more.to],
      ["call-id", more.callId],
      ["cseq", `${more.number} ${method}`],
      ["contact", contact],
    ] as [string, string][],
    body: "",
  });

  const within = (one: Dialog, method: string, number: number): Message =>
    request(method, one.target, { number, from: one.local, to: one.remote, callId: one.callId });

  const end = (why: string): void => {
    if (dialog) ended.push(why);
    dialog = undefined;
    state = "idle";
    media.sendTo(undefined);
  };

  const accept = (invite: Message, from: { host: string; port: number }): void => {
    send(answerTo(invite, 200, tag, [["contact", contact]], description()), from);
    media.sendTo(mediaAddress(invite.body));
    state = "talking";
  };

  const takeInvite = (invite: Message, from: { host: string; port: number }): void => {
    const callId = header(invite, "call-id") ?? "";
    if (dialog?.callId === callId) {
      if (state === "talking") accept(invite, from); // a re-INVITE, or one that was sent again
      return;
    }
    if (!invites.some((one) => header(one, "call-id") === callId)) invites.push(invite);
    if (typeof habit === "object" || dialog) {
      send(answerTo(invite, typeof habit === "object" ? habit.refuse : 486, tag), from);
      return;
    }
    if (habit === "silent") return;
    const local = `${header(invite, "to") ?? ""};tag=${tag}`;
    const target = uriIn(header(invite, "contact") ?? "");
    dialog = { callId, local, remote: header(invite, "from") ?? "", target, number: 1, invite };
    state = "ringing";
    send(answerTo(invite, 180, tag, [["contact", contact]]), from);
    if (habit === "answer") accept(invite, from);
  };

  /** Whom its screen names: as the INVITE said, or whoever has come in their place since (RFC 3325). */
  const read = (message: Message): void => {
    const named = header(message, "p-asserted-identity");
    const isFirst = dialog === undefined && message.start.startsWith("INVITE ");
    if (named || isFirst) shown = named ?? header(message, "from");
  };

  const takeRequest = (message: Message, from: { host: string; port: number }): void => {
    const [method] = message.start.split(" ");
    if (method === "ACK") return;
    if (method === "INVITE" || method === "UPDATE") read(message);
    if (method === "INVITE") {
      takeInvite(message, from);
      return;
    }
    const isOurs = header(message, "call-id") === dialog?.callId;
    const isMedia = method === "UPDATE" && message.body !== "";
    send(answerTo(message, 200, tag, [["contact", contact]], isMedia ? description() : ""), from);
    if (method === "BYE" && isOurs) end("bye");
    if (method === "CANCEL" && isOurs && dialog) {
      send(answerTo(dialog.invite, 487, tag), from);
      end("cancelled");
    }
  };

  const takeAnswer = (message: Message, from: { host: string; port: number }): void => {
    if (!dialog || methodOf(message) !== "INVITE" || header(message, "call-id") !== dialog.callId) return;
    const status = statusOf(message);
    if (status < 200) return;
    dialog.remote = header(message, "to") ?? dialog.remote;
    dialog.target = uriIn(header(message, "contact") ?? dialog.target);
    const ack = within(dialog, "ACK", numberOf(message));
    if (status >= 300) {
      // The ACK of a refusal belongs to the same transaction as the INVITE.
      ack.headers[0] = ["via", header(dialog.invite, "via") ?? ""];
      ack.start = `ACK ${uriIn(header(dialog.invite, "to") ?? "")} SIP/2.0`;
    }
    send(ack, from);
    if (status >= 300) end(String(status));
    else {
      media.sendTo(mediaAddress(message.body));
      state = "talking";
    }
  };

  socket.on("message", (bytes, { address, port: remotePort }) => {
    const message = parse(bytes.toString("utf8"));
    const from = { host: address, port: remotePort };
    if (statusOf(message) > 0) takeAnswer(message, from);
    else takeRequest(message, from);
  });

  return {
    media,
    /** The INVITEs that this phone got, oldest first. */
    invites,
    /** How its calls ended: `bye`, `cancelled`, `hung-up`, or the status that refused one. */
    ended,
    state: () => state,
    shows: () => shown,
    behave(next: Habit): void {
      habit = next;
    },
    call(target: string): void {
      const callId = `${randomWord()}@${host}`;
      const local = `<sip:${user}@${host}:${port}>;tag=${tag}`;
      const invite = request("INVITE", target, { number: 1, from: local, to: `<${target}>`, callId });
      invite.headers.push(["content-type", "application/sdp"]);
      invite.body = description();
      dialog = { callId, local, remote: `<${target}>`, target, number: 1, invite };
      state = "calling";
      send(invite, hostOf(target));
    },
    answer(): void {
      if (dialog && state === "ringing") accept(dialog.invite, hostOf(dialog.target));
    },
    refuse(status = 603): void {
      if (!dialog || state !== "ringing") return;
      send(answerTo(dialog.invite, status, tag), hostOf(dialog.target));
      end(String(status));
    },
    hangUp(): void {
      if (!dialog) return;
      if (state === "talking") send(within(dialog, "BYE", ++dialog.number), hostOf(dialog.target));
      end("hung-up");
    },
    close(): void {
      media.close();
      socket.close();
    },
  };
}
